"""The WSGI application of the public site: `python -m offmon.serving offmon.server.faces.website.wsgi PORT`."""

from offmon.server.base.web.application import serving

application = serving("website")
