"""The integrity process: reads every committed row and the log, and writes entries of its own. It holds no key."""

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases

DATABASES = databases(Process.INTEGRITY)
INSTALLED_APPS = apps_with_tables()
OFFMON_INTEGRITY_MEMORY = env.required(
    "OFFMON_INTEGRITY_MEMORY", "the file in which it remembers log and rows, outside the database"
)
