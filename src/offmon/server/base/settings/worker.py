"""The worker: jobs, alerts, the sequencing of the log. It has no face."""

from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases

DATABASES = databases(Process.WORKER)
INSTALLED_APPS = apps_with_tables()
