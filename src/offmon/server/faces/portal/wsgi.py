"""The WSGI application of the portal: `python -m offmon.serving offmon.server.faces.portal.wsgi PORT`."""

from offmon.server.base.web.application import serving

application = serving("portal")
