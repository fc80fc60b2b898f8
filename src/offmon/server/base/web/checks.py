"""Django system checks: a face does not start if one of its addresses lacks an access mark."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from offmon.server.base.web.permissions import doors
from offmon.server.base.web.wiring import BACKSTOP


@register(Tags.urls)
def every_door_is_marked(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Every view in the URL patterns carries ``@requires`` or ``@public``."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    return [
        Error(
            f"{door.view} (at {door.route!r}) says neither @requires nor @public",
            hint="Put one of them outermost on the view.",
            id="offmon.E001",
        )
        for door in doors()
        if door.mark is None
    ]


@register(Tags.security)
def backstop_is_last(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """The backstop stands nearest to the views of a process that has any."""
    if not getattr(settings, "ROOT_URLCONF", None) or (settings.MIDDLEWARE and settings.MIDDLEWARE[-1] == BACKSTOP):
        return []
    return [
        Error(
            "the authorisation backstop is not the last middleware",
            hint="Build MIDDLEWARE with offmon.server.base.web.wiring.middleware().",
            id="offmon.E002",
        )
    ]
