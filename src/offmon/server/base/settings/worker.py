"""The worker: jobs, alerts, the sequencing of the log. It has no face."""

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases

DATABASES = databases(Process.WORKER)
INSTALLED_APPS = apps_with_tables()
OFFMON_LOG_KEYS = env.required(
    "OFFMON_LOG_KEYS",
    "the folder of the agencies' log keys: 32 bytes each, in a file named by the agency's id; ID.next signs beside it",
)
OFFMON_WITNESS_URL = env.required("OFFMON_WITNESS_URL", "the address of the witness that cosigns our logs")
OFFMON_WITNESS_KEY = env.required("OFFMON_WITNESS_KEY", "the witness's public key, as a C2SP verifier key")
OFFMON_SIGNER_SOCKET = env.required("OFFMON_SIGNER_SOCKET", "the signer's local socket")
OFFMON_VAULT_SOCKET = env.required(
    "OFFMON_VAULT_SOCKET", "the vault's local socket: it is asked again for what was approved"
)
OFFMON_LICENCE_FEED = env.optional("OFFMON_LICENCE_FEED")  # the folder of the licence feed's files, where there are any
OFFMON_LICENCE_URL = env.optional("OFFMON_LICENCE_URL")  # the address from which the feed is fetched, where it is
OFFMON_LICENCE_TOKEN = env.optional("OFFMON_LICENCE_TOKEN")  # the bearer token for it
