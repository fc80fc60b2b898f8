"""The operator's commands on messages to the public site, on a role that can do nothing else."""

from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases

DATABASES = databases(Process.OPERATOR, pooled=False)
INSTALLED_APPS = apps_with_tables()
