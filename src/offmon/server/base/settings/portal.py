"""The portal: the supervised person signs in here. It reads the rows of their one case, and holds only two keys of its own."""

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases
from offmon.server.base.web import wiring

SECRET_KEY = env.secret("OFFMON_SECRET_KEY", "the key that protects forms of the portal")
OFFMON_CONTACTS_KEY_FILE = env.required("OFFMON_CONTACTS_KEY_FILE", "the file of the key that opens protected contacts")
OFFMON_PERSON_KEY_FILE = env.required("OFFMON_PERSON_KEY_FILE", "the file of the key that opens notices and requests")
OFFMON_ACCESS_KEY_FILE = env.required(
    "OFFMON_ACCESS_KEY_FILE", "the file of the key that names and codes are kept under"
)
OFFMON_TRUST = env.required("OFFMON_TRUST", "the trust file that the agency publishes, which names the log's witnesses")
DATABASES = databases(Process.PORTAL)
INSTALLED_APPS = [*apps_with_tables(), "offmon.server.faces.portal", wiring.APP]
ALLOWED_HOSTS = env.required("OFFMON_PORTAL_HOSTS", "the portal's host names, comma between them").split(",")
ROOT_URLCONF = "offmon.server.faces.portal.urls"
MIDDLEWARE = wiring.middleware(wiring.REFUSALS, "offmon.server.faces.portal.signin.PersonMiddleware")
TEMPLATES = wiring.TEMPLATES
CSRF_FAILURE_VIEW = wiring.CSRF_FAILURE_VIEW
LOGIN_URL = "start"
OFFMON_LAYOUT = "portal/layout.html"  # of its error pages, which a bystander sees too

CSRF_COOKIE_NAME = wiring.CSRF_COOKIE_NAME
CSRF_COOKIE_SECURE = CSRF_COOKIE_HTTPONLY = True  # browsers count a host of this machine (`*.localhost`) as secure
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None  # as long as the browser is open
OFFMON_MOST_BYTES = 1 << 20  # strangers write here
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 << 10  # a request of 4,000 characters, and room for its spelling
FILE_UPLOAD_HANDLERS = wiring.NO_UPLOADS

SECURE_CSP = wiring.SECURE_CSP
SECURE_REFERRER_POLICY = wiring.SECURE_REFERRER_POLICY
X_FRAME_OPTIONS = "DENY"
