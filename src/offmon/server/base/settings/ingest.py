"""Ingest: devices connect here. It inserts what they send, and cannot read alerts, people or exhibits."""

from urllib.parse import urlsplit

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases
from offmon.server.base.web import wiring

OFFMON_INGEST_URL = env.required(
    "OFFMON_INGEST_URL", "the address that devices call, as profiles name it, such as https://ingest.example"
).rstrip("/")
OFFMON_CODE_KEY_FILE = env.required("OFFMON_CODE_KEY_FILE", "the file of the key that enrolment codes are kept under")
OFFMON_RECEIPT_KEY_FILE = env.required(
    "OFFMON_RECEIPT_KEY_FILE", "the file of the 32 bytes that receipts are signed with"
)
OFFMON_RECEIPT_KEY_NAME = env.required(
    "OFFMON_RECEIPT_KEY_NAME", "the receipt key's name, as the agency's Keys state it"
)
OFFMON_TRUST = env.required("OFFMON_TRUST", "the trust file with the agencies' roots, which a device is enrolled under")
DATABASES = databases(Process.INGEST)
INSTALLED_APPS = [*apps_with_tables(), wiring.APP]
ALLOWED_HOSTS = [urlsplit(OFFMON_INGEST_URL).hostname or ""]
ROOT_URLCONF = "offmon.server.faces.ingest.urls"
# No pages, so none of what protects pages: no sessions, cookies, forms. What a device signed is the whole of its authority.
MIDDLEWARE = [
    "offmon.server.base.web.request_id.RequestId",
    "offmon.server.faces.ingest.answers.ResponseGuard",
    wiring.READABLE,
    wiring.BACKSTOP,
]
TEMPLATES = wiring.TEMPLATES  # the backstop's own page, should a view ever not say who may open it
