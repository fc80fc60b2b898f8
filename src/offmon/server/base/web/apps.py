"""Registers the checks that refuse to start a face if one of its addresses lacks an access mark."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web base as a Django app. It has no models."""

    name = "offmon.server.base.web"
    label = "offmon_web"

    def ready(self) -> None:
        """Import the module for its ``register`` calls."""
        from offmon.server.base.web import checks  # noqa: F401, PLC0415  # Django forbids this import before it is ready
