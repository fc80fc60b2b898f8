"""The signer: it reads what supports a signature and runs the rule again. It has no face but a local socket."""

from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases

DATABASES = databases(Process.SIGNER)
INSTALLED_APPS = apps_with_tables()
