"""The WSGI application of the portal: `granian --interface wsgi offmon.server.faces.portal.wsgi:application`."""

from offmon.server.base.web.application import serving

application = serving("portal")
