"""The WSGI application of ingest: `granian --interface wsgi offmon.server.faces.ingest.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "offmon.server.base.settings.ingest"

application = get_wsgi_application()

from offmon.server.faces.ingest import receipts  # noqa: E402  # settings first

receipts.key()  # a process that cannot sign receipts does not start
