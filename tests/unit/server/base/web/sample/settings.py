"""The settings of the sample face: those that a real one takes from ``wiring``, and nothing else."""

from typing import Any

from offmon.server.base.web import wiring

SAMPLE = "tests.unit.server.base.web.sample"

SETTINGS: dict[str, Any] = {
    "DEBUG": False,
    "SECRET_KEY": "an invented key of the tests, of no value to anyone",
    "ALLOWED_HOSTS": ["testserver", "127.0.0.1"],
    "INSTALLED_APPS": [wiring.APP, SAMPLE],
    "ROOT_URLCONF": f"{SAMPLE}.urls",
    "MIDDLEWARE": wiring.middleware(f"{SAMPLE}.signin.SignIn"),
    "TEMPLATES": wiring.TEMPLATES,
    "SECURE_CSP": wiring.SECURE_CSP,
    "SECURE_REFERRER_POLICY": wiring.SECURE_REFERRER_POLICY,
    "X_FRAME_OPTIONS": "DENY",
    "CSRF_FAILURE_VIEW": wiring.CSRF_FAILURE_VIEW,
    "LOGIN_URL": "sign-in",
    "USE_TZ": True,
}
