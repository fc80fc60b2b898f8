"""The console: staff sign in here. It sees the rows of their cases, and holds no key that opens a body."""

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases
from offmon.server.base.web import wiring

SECRET_KEY = env.secret("OFFMON_SECRET_KEY", "the key that protects forms and sessions of the console")
OFFMON_COLUMN_KEY_FILE = env.required("OFFMON_COLUMN_KEY_FILE", "the file of the key that opens restricted columns")
DATABASES = databases(Process.CONSOLE)
INSTALLED_APPS = ["django.contrib.sessions", *apps_with_tables(), wiring.APP]
ALLOWED_HOSTS = env.required("OFFMON_CONSOLE_HOSTS", "the console's host names, comma between them").split(",")
ROOT_URLCONF = "offmon.server.faces.console.urls"
MIDDLEWARE = wiring.middleware()
TEMPLATES = wiring.TEMPLATES
CSRF_FAILURE_VIEW = wiring.CSRF_FAILURE_VIEW
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Strict"
SECURE_CSP = wiring.SECURE_CSP
SECURE_REFERRER_POLICY = wiring.SECURE_REFERRER_POLICY
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "sign-in"
