"""The WSGI application of the portal: `granian --interface wsgi offmon.server.faces.portal.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "offmon.server.base.settings.portal"

application = get_wsgi_application()
