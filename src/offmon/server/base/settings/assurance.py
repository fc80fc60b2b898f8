"""Assurance: checks the running system as a stranger from outside and by asking the witness. Its database role reads ids and times."""

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases

DATABASES = databases(Process.ASSURANCE)
INSTALLED_APPS = apps_with_tables()
OFFMON_AGENT_RELEASES = tuple(
    env.required(
        "OFFMON_AGENT_RELEASES", "the digests of the agent software that was published, comma between them"
    ).split(",")
)
OFFMON_TRUST = env.required("OFFMON_TRUST", "the trust file, which the directory's roots and keys are compared with")
OFFMON_DATABASE_ADMINISTRATORS = env.listed("OFFMON_DATABASE_ADMINISTRATORS")  # beside whoever set the server up
OFFMON_SITE_ADDRESS = env.required("OFFMON_SITE_ADDRESS", "where the public site answers, as host:port")
OFFMON_SITE_HOST = env.required("OFFMON_SITE_HOST", "the name by which the public site is asked")
OFFMON_CONSOLE_ADDRESS = env.required("OFFMON_CONSOLE_ADDRESS", "where the console answers, as host:port")
OFFMON_CONSOLE_HOST = env.required("OFFMON_CONSOLE_HOST", "the name by which the console is asked")
OFFMON_PORTAL_ADDRESS = env.required("OFFMON_PORTAL_ADDRESS", "where the portal answers, as host:port")
OFFMON_PORTAL_HOST = env.required("OFFMON_PORTAL_HOST", "the name by which the portal is asked")
OFFMON_WITNESS_URL = env.required("OFFMON_WITNESS_URL", "the address of the witness, which says what it signed last")
OFFMON_WITNESS_KEY = env.required("OFFMON_WITNESS_KEY", "the witness's public key, as a C2SP verifier key")
