"""The WSGI application of the console: `python -m offmon.serving offmon.server.faces.console.wsgi PORT`."""

from offmon.server.base.web.application import serving

application = serving("console")
