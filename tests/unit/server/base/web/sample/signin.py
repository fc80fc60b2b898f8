"""Who is signed in: in the tests, the actor that a header names."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Permission(StrEnum):
    """Two permissions, so that one can be missing."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class SampleActor:
    """Somebody with these permissions."""

    permissions: frozenset[str]

    def may(self, permission: StrEnum, /) -> bool:
        """Whether they have it."""
        return permission in self.permissions


class SignIn:
    """Puts the actor on the request, as the sign-in app's middleware does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """``X-Actor: read,write`` is somebody with both; no header is nobody."""
        named = request.headers.get("X-Actor")
        request.actor = SampleActor(frozenset(named.split(","))) if named else None  # type: ignore[attr-defined]
        return self._get_response(request)
