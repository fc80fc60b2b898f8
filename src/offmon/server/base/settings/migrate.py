"""Migration: changes the schema as the tables' owner, and does nothing else."""

from offmon.server.base.policies import MIGRATE
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases

DATABASES = databases(MIGRATE, pooled=False)
INSTALLED_APPS = ["django.contrib.sessions", *apps_with_tables()]
