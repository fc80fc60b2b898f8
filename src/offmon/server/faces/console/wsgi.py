"""The WSGI application of the console: `granian --interface wsgi offmon.server.faces.console.wsgi:application`."""

from offmon.server.base.web.application import serving

application = serving("console")
