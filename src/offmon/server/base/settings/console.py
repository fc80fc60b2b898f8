"""The console: staff sign in here. It reads the rows of their cases, and holds no key that opens a body."""

from django.utils.csp import CSP

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases
from offmon.server.base.web import wiring

SECRET_KEY = env.secret("OFFMON_SECRET_KEY", "the key that protects forms and sessions of the console")
OFFMON_COLUMN_KEY_FILE = env.required("OFFMON_COLUMN_KEY_FILE", "the file of the key that opens restricted columns")
OFFMON_DOCUMENTS = env.required("OFFMON_DOCUMENTS", "the folder in which scanned orders and licences lie, enclosed")
OFFMON_TRUST = env.required("OFFMON_TRUST", "the trust file that the agency publishes, which notices print from")
OFFMON_CODE_KEY_FILE = env.required("OFFMON_CODE_KEY_FILE", "the file of the key that enrolment codes are kept under")
OFFMON_INGEST_URL = env.required("OFFMON_INGEST_URL", "the address that devices call, as profiles name it").rstrip("/")
OFFMON_VAULT_SOCKET = env.required("OFFMON_VAULT_SOCKET", "the path of the local socket on which the vault is asked")
# The force codes of agencies whose staff have no passkeys yet: there an app's code opens content and bundles too (ADR 8). None by default.
OFFMON_CODE_IS_ENOUGH_FOR = env.listed("OFFMON_CODE_IS_ENOUGH_FOR")
# The releases of the agent that were published, as the assurance process is told them: the last is the one that devices should run.
OFFMON_AGENT_RELEASES = env.listed("OFFMON_AGENT_RELEASES")
# Each host:port at which a control room may be reached inside the network, or over plain http. None by default.
OFFMON_WEBHOOK_INSIDE = env.listed("OFFMON_WEBHOOK_INSIDE")
DATABASES = databases(Process.CONSOLE)
INSTALLED_APPS = ["django.contrib.sessions", *apps_with_tables(), "offmon.server.faces.console", wiring.APP]
ALLOWED_HOSTS = env.required("OFFMON_CONSOLE_HOSTS", "the console's host names, comma between them").split(",")
OFFMON_PASSKEY_HOST = ALLOWED_HOSTS[
    0
]  # the site that passkeys are for, over TLS at its own port; a request's own Host is never asked
ROOT_URLCONF = "offmon.server.faces.console.urls"
MIDDLEWARE = wiring.middleware(
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "offmon.server.faces.console.signin.StaffMiddleware",
)
TEMPLATES = wiring.TEMPLATES
CSRF_FAILURE_VIEW = wiring.CSRF_FAILURE_VIEW
LOGIN_URL = "sign-in"

SESSION_ENGINE = "offmon.server.base.web.session_store"
# How long a sign-in lasts is `faces/console/sitting.py`'s to say; the cookie and its row last no longer than the longest.
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = wiring.SESSION_COOKIE_NAME, wiring.CSRF_COOKIE_NAME
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True  # browsers count a host of this machine (`*.localhost`) as secure
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Strict"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # said once, and never in a cookie

# A scanned order names victims: it is read in memory, and touches a disk only when it is enclosed.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
OFFMON_MOST_BYTES = (
    64 << 20
)  # more than any document may have, so that whoever sends a larger one is told what may be sent
OFFMON_KNOWS = "offmon.server.faces.console.signin.sits_there"
FILE_UPLOAD_MAX_MEMORY_SIZE = 41 << 20  # all the pages of one document (`orders/scan.py`), and the form around them

SECURE_CSP = {**wiring.SECURE_CSP, "connect-src": [CSP.SELF]}  # a page asks whether something new waits
SECURE_REFERRER_POLICY = wiring.SECURE_REFERRER_POLICY
X_FRAME_OPTIONS = "DENY"
