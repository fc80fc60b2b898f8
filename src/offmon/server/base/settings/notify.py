"""Notify: sends to staff that something waits. It holds the key of their addresses, and reads no name, case or alert."""

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import LOGGING, apps_with_tables, databases

DATABASES = databases(Process.NOTIFY)
INSTALLED_APPS = apps_with_tables()
OFFMON_REACHING_KEY_FILE = env.required("OFFMON_REACHING_KEY_FILE", "the file of the key of how staff are reached")
# A mail server, with TLS unless it is this machine; GOV.UK Notify, for text messages and, without a mail server, for e-mail.
OFFMON_SMTP_SERVER = env.optional("OFFMON_SMTP_SERVER")  # host:port
OFFMON_SMTP_FROM = env.optional("OFFMON_SMTP_FROM")  # the mailbox that messages come from
OFFMON_SMTP_USER = env.optional("OFFMON_SMTP_USER")
OFFMON_SMTP_PASSWORD = env.optional("OFFMON_SMTP_PASSWORD")
OFFMON_GOVUK_URL = env.optional("OFFMON_GOVUK_URL") or "https://api.notifications.service.gov.uk"
OFFMON_GOVUK_KEY = env.optional("OFFMON_GOVUK_KEY")
OFFMON_GOVUK_TEXT_TEMPLATE = env.optional("OFFMON_GOVUK_TEXT_TEMPLATE")
OFFMON_GOVUK_EMAIL_TEMPLATE = env.optional("OFFMON_GOVUK_EMAIL_TEMPLATE")
# Each host:port at which a control room may be reached inside the network, or over plain http. None by default.
OFFMON_WEBHOOK_INSIDE = env.listed("OFFMON_WEBHOOK_INSIDE")
# Its client writes down what was refused, and with it an address.
LOGGING["loggers"] |= {
    "notifications_python_client": {"level": "CRITICAL"},
    "urllib3": {"level": "ERROR"},
}
