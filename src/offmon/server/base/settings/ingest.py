"""Devices speak to this process. It inserts what they send; it cannot read alerts, people or exhibits."""

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases
from offmon.server.base.web import wiring

DATABASES = databases(Process.INGEST)
INSTALLED_APPS = [*apps_with_tables(), wiring.APP]
ALLOWED_HOSTS = env.required("OFFMON_INGEST_HOSTS", "the host names that devices call, comma between them").split(",")
ROOT_URLCONF = "offmon.server.faces.ingest.urls"
MIDDLEWARE = wiring.middleware()
TEMPLATES = wiring.TEMPLATES
SECURE_CSP = wiring.SECURE_CSP
