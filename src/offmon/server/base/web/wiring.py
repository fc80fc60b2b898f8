"""What a face's settings take from the web base. No face chooses any of it, so none can forget a part."""

from typing import Any

from django.utils.csp import CSP

APP = "offmon.server.base.web"
"""The entry for INSTALLED_APPS."""

SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
"""No other host beside ours, and no page without TLS, can set a cookie of such a name in a browser (RFC 6265bis §4.1.3)."""

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
"""Nothing inline, nothing of a third party, in no frame."""

SECURE_REFERRER_POLICY = "same-origin"
"""Nothing about the page goes to another site. Not ``no-referrer``: a browser then sends ``Origin: null`` with our own
forms, and Django's cross-site check refuses every one of them."""

NO_UPLOADS = ["offmon.server.base.web.uploads.NoUploads"]
"""FILE_UPLOAD_HANDLERS of a face that has no form with a file in it."""

CSRF_FAILURE_VIEW = "offmon.server.base.web.errors.form_not_accepted"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "offmon.server.base.web.jinja.environment"},
    }
]

READABLE = "offmon.server.base.web.application.Readable"
_OUTER = [
    "offmon.server.base.web.request_id.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "offmon.server.base.web.headers.ResponseHeaders",
    "django.middleware.common.CommonMiddleware",  # the one that refuses a Host that is not ours
    READABLE,
]
REFUSALS = "offmon.server.base.web.errors.Refusals"
"""Among the middleware of a face that speaks two languages, outermost of its own."""
BACKSTOP = "offmon.server.base.web.permissions.AuthorisationBackstop"


def middleware(*own: str) -> list[str]:
    """The MIDDLEWARE of a face, with its ``own`` (sessions, sign-in) in the place where they belong.

    The backstop is last, so that no other middleware stands between it and the view; ``checks`` refuses any other order.
    """
    return [*_OUTER, *own, "django.middleware.csrf.CsrfViewMiddleware", BACKSTOP]
