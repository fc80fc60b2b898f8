"""The vault: it reads what supports a reveal and holds the opening keys outside the database. Its face is a local socket."""

from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases

DATABASES = databases(Process.VAULT)
INSTALLED_APPS = apps_with_tables()
