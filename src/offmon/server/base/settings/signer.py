"""The signer: it reads what supports a signature and applies the rule again. Only a local socket reaches it."""

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases

DATABASES = databases(Process.SIGNER)
INSTALLED_APPS = apps_with_tables()
OFFMON_SIGNER_SOCKET = env.required(
    "OFFMON_SIGNER_SOCKET", "the path of the socket to answer on; callers reach its folder"
)
OFFMON_SIGNER_CALLERS = env.numbers("OFFMON_SIGNER_CALLERS", "the uids that may ask: the console's and the worker's")
OFFMON_PROFILE_KEYS = env.required(
    "OFFMON_PROFILE_KEYS",
    "the folder of the keys that sign profiles: 32 bytes each, in a file named by the agency's id",
)
OFFMON_LIST_KEYS = env.required("OFFMON_LIST_KEYS", "the folder of the keys that sign lists, in files of the same form")
OFFMON_CONTACTS_KEY_FILE = env.required("OFFMON_CONTACTS_KEY_FILE", "the file of the key that opens protected contacts")
OFFMON_INGEST_URL = env.required("OFFMON_INGEST_URL", "the address that devices call, as profiles name it").rstrip("/")
OFFMON_TRUST = env.required(
    "OFFMON_TRUST", "the trust file with the agencies' roots, which came on paper and not from the database"
)
