"""The sample face as granian serves it, for the browser tests."""

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tests.unit.server.base.web.sample.settings import SETTINGS

if not settings.configured:
    settings.configure(**SETTINGS)
    django.setup()

application = get_wsgi_application()
