"""The WSGI application of ingest: `python -m offmon.serving offmon.server.faces.ingest.wsgi PORT`."""

from offmon.server.base.web.application import serving

application = serving("ingest")

from offmon.server.faces.ingest import receipts, running  # noqa: E402  # settings first

receipts.key()  # a process that cannot sign receipts does not start
running.begin()
