"""The vault: it reads what supports a reveal and holds the opening keys outside the database. Only a local socket reaches it."""

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases

DATABASES = databases(Process.VAULT)
INSTALLED_APPS = apps_with_tables()
OFFMON_VAULT_SOCKET = env.required(
    "OFFMON_VAULT_SOCKET", "the path of the socket to answer on; callers reach its folder"
)
OFFMON_VAULT_CALLERS = env.numbers("OFFMON_VAULT_CALLERS", "the uids that may ask: the console's")
OFFMON_VAULT_REMINDERS = env.numbers(
    "OFFMON_VAULT_REMINDERS",
    "the uids that may ask only for the next step of what people asked for or approved: the worker's",
)
OFFMON_OPENING_KEYS = env.required(
    "OFFMON_OPENING_KEYS", "the folder of the opening keys, which no backup of the database holds"
)
# The force codes of agencies whose staff have no passkeys yet: there an app's code opens content and bundles too (ADR 8). None by default.
OFFMON_CODE_IS_ENOUGH_FOR = env.listed("OFFMON_CODE_IS_ENOUGH_FOR")
OFFMON_TRUST = env.required(
    "OFFMON_TRUST", "the trust file with the agencies' roots, which came on paper and not from the database"
)
