"""The WSGI application of the public site: `granian --interface wsgi offmon.server.faces.website.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "offmon.server.base.settings.website"

application = get_wsgi_application()
