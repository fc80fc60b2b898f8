"""Who is signed in at the browser: the middleware that tells each view, and the cookie that it reads.

Rules
- The cookie holds a random text and nothing else. It is for this host alone (`__Host-`: no domain, every path, secure only). No other
  site's request carries it, and it ends with the browser. Whose it is, and whether it still counts, is read for each request.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from offmon.core.ids import Id
from offmon.server.rights.actions import do_see
from offmon.server.rights.queries import sitting_of

COOKIE: Final = "__Host-sitting"


class PersonMiddleware:
    """Middleware: `request.actor`, or None for nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Say who sits there, and that they still do."""
        token = request.COOKIES.get(COOKIE)
        actor = None if token is None else sitting_of(token, request_id(request))
        if token is not None and actor is not None:
            do_see(token)
        request.actor = actor  # type: ignore[attr-defined]  # read by `requires`
        return self._get_response(request)


def request_id(request: HttpRequest) -> Id:
    """The request's own id, which log entries carry."""
    return Id(request.id)  # type: ignore[attr-defined]  # set by RequestId, the outermost middleware


def sit(answer: HttpResponseBase, token: str) -> None:
    """Give the browser its cookie."""
    answer.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Strict")


def leave(answer: HttpResponseBase) -> None:
    """Take it away."""
    answer.set_cookie(COOKIE, "", max_age=0, secure=True, httponly=True, samesite="Strict")
