"""The public site: it reads published figures and the directory of agencies, and nothing about anyone. No session, no secret."""

from urllib.parse import urlsplit

from offmon.server.base import env
from offmon.server.base.policies import Process
from offmon.server.base.settings.common import *  # noqa: F403  # Django reads a settings module's own names
from offmon.server.base.settings.common import apps_with_tables, databases
from offmon.server.base.web import wiring

DATABASES = databases(Process.WEBSITE)
INSTALLED_APPS = [*apps_with_tables(), "offmon.server.faces.website", wiring.APP]
OFFMON_WEBSITE_URL = env.required("OFFMON_WEBSITE_URL", "the public site's address, as its visitors have it").rstrip(
    "/"
)
ALLOWED_HOSTS = [urlsplit(OFFMON_WEBSITE_URL).hostname or ""]
OFFMON_PUBLISHED = env.required(
    "OFFMON_PUBLISHED", "the folder of what the site gives out: trust.json, offmon-verify.pyz and the specifications"
)
ROOT_URLCONF = "offmon.server.faces.website.urls"
MIDDLEWARE = ["offmon.server.faces.website.cookies.Listed", *wiring.middleware(wiring.REFUSALS)]
TEMPLATES = wiring.TEMPLATES
CSRF_FAILURE_VIEW = wiring.CSRF_FAILURE_VIEW
OFFMON_LAYOUT = "website/layout.html"  # of its error pages
OFFMON_MOST_BYTES = 1 << 20  # strangers write here
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 << 10  # a message of 2,000 characters, and room for its spelling
FILE_UPLOAD_HANDLERS = wiring.NO_UPLOADS

SECURE_CSP = wiring.SECURE_CSP
SECURE_REFERRER_POLICY = wiring.SECURE_REFERRER_POLICY
X_FRAME_OPTIONS = "DENY"
