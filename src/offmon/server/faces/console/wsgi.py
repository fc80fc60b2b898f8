"""The WSGI application of the console: `granian --interface wsgi offmon.server.faces.console.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "offmon.server.base.settings.console"

application = get_wsgi_application()
