"""The WSGI application of the public site: `granian --interface wsgi offmon.server.faces.website.wsgi:application`."""

from offmon.server.base.web.application import serving

application = serving("website")
