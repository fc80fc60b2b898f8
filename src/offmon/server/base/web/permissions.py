"""Who may open a view. Deny by default: a view names who may open it, or it does not open.

* ``@requires(Permission.X)``: only an actor with that permission. A visitor who is not signed in goes to the sign-in page; one without the
  permission gets 403. GET and POST only: HEAD or OPTIONS would be recorded as a page shown, and show none.
* ``@public("why")``: anybody, with the reason in words. A reviewed file lists these.
* Either is the outermost decorator, so that nothing (a cache, a wrapper) answers before the check.
* ``AuthorisationBackstop`` is the middleware nearest to the view. It refuses a view with neither mark, and replaces an answer given without
  the check. It cannot tell whether the named permission is the *right* one.

The rule about an object (is this person in my caseload?) is the app's ``policy``.
"""

import functools
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Concatenate, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.http import url_has_allowed_host_and_scheme

from offmon.server.base.web.languages import language_of
from offmon.server.base.web.refused import refused

_log = logging.getLogger("offmon.web.authorisation")
_METHODS = ("GET", "POST")

NOT_AUTHORISED_CODE = "web.view-not-authorised"
"""The stable code of the backstop's refusal, in the log and on the page."""


class RequestActor(Protocol):
    """Who is acting. The sign-in app's middleware puts one on ``request.actor``, or None for nobody."""

    def may(self, permission: StrEnum, /) -> bool:
        """Whether this actor's role has the permission."""
        ...


@dataclass(frozen=True, slots=True)
class Requires:
    """The mark of a view that needs a permission."""

    permission: StrEnum


@dataclass(frozen=True, slots=True)
class Public:
    """The mark of a view that anybody may open, and why."""

    reason: str


type Mark = Requires | Public
type View[R: HttpRequest, **P] = Callable[Concatenate[R, P], HttpResponseBase]


def actor_of(request: HttpRequest) -> RequestActor | None:
    """Who is acting, or None for nobody."""
    actor: RequestActor | None = getattr(request, "actor", None)
    return actor


def requires[R: HttpRequest, **P](permission: StrEnum) -> Callable[[View[R, P]], View[R, P]]:
    """Open the view only to an actor who has ``permission``; the answer is never stored by anyone."""

    def decorate(view: View[R, P]) -> View[R, P]:
        @functools.wraps(view)
        def guarded(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            _note_question_asked(request)
            actor = actor_of(request)
            if actor is None:
                return _to_sign_in(request)
            if not actor.may(permission):
                _log.warning("refused: %s needs %s", _name_of(view), permission)
                raise PermissionDenied
            if request.method not in _METHODS:
                return HttpResponseNotAllowed(_METHODS)
            response = view(request, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            return response

        return _marked(guarded, Requires(permission))

    return decorate


def public[R: HttpRequest, **P](reason: str) -> Callable[[View[R, P]], View[R, P]]:
    """Open the view to anybody. ``reason`` is a sentence for the reviewer; an empty one raises ValueError."""
    if not reason.strip():
        message = "a public view says why it is public"
        raise ValueError(message)

    def decorate(view: View[R, P]) -> View[R, P]:
        @functools.wraps(view)
        def opened(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            _note_question_asked(request)
            return view(request, *args, **kwargs)

        return _marked(opened, Public(reason))

    return decorate


def mark_of(view: Callable[..., object]) -> Mark | None:
    """What the view says of itself; None is a view that will not open."""
    mark = getattr(view, "offmon_mark", None)
    return mark if isinstance(mark, Requires | Public) else None


class AuthorisationBackstop:
    """Middleware, last in the list, so nearest to the view: no answer without the question having been asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the answer on, unless a view gave it without asking."""
        response = self._get_response(request)
        view = getattr(request, "_offmon_view", None)
        if view is None or getattr(request, "_offmon_question_asked", False):
            return response  # no view was reached (an address we do not have), or it asked
        if isinstance(response, HttpResponseNotAllowed):
            return response  # `require_POST` and the like answer before any view and disclose nothing
        response.close()
        return _refusal(request, view)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Refuse an unmarked view before it runs, so that it has no effect either."""
        request._offmon_view = view  # type: ignore[attr-defined]  # read again in __call__
        if mark_of(view) is None:
            _note_question_asked(request)  # answered here, and logged once
            return _refusal(request, view)
        return None


@dataclass(frozen=True, slots=True)
class FaceAddress:
    """One address of a face: ``route`` as written in its URL patterns, the view, and what the view says of itself."""

    route: str
    view: str
    mark: Mark | None


def doors(urlconf: str | None = None) -> list[FaceAddress]:
    """Every address of ``urlconf`` (by default the face's own), sorted by route."""
    found = (
        FaceAddress(route, _name_of(pattern.callback), mark_of(pattern.callback))
        for route, pattern in _walk(get_resolver(urlconf), "")
    )
    return sorted(found, key=lambda door: (door.route, door.view))


def public_views(urlconf: str | None = None) -> dict[str, str]:
    """Route to reason, for every view that anybody may open."""
    return {door.route: door.mark.reason for door in doors(urlconf) if isinstance(door.mark, Public)}


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where to go after signing in: the ``next`` of the query or form if it is an address of this face, else ``otherwise``."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    return wanted if url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure()) else otherwise


def _to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    address = resolve_url(settings.LOGIN_URL)
    wanted = _to_come_back_to(request)
    response = HttpResponseRedirect(f"{address}?{urlencode({'next': wanted})}" if wanted else address)
    response["Cache-Control"] = "no-store"
    return response


def _to_come_back_to(request: HttpRequest) -> str:
    """The page that was wanted. What a form carried is gone: of its address the language alone is kept, where that begins with one."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    spoken = f"/{language_of(request.path_info)}/"
    return spoken if request.path_info.startswith(spoken) else ""


def _refusal(request: HttpRequest, view: Callable[..., object]) -> HttpResponse:
    _log.critical("%s: %s answered without @requires or @public", NOT_AUTHORISED_CODE, _name_of(view))
    return refused(request, 500, code=NOT_AUTHORISED_CODE)


def _note_question_asked(request: HttpRequest) -> None:
    request._offmon_question_asked = True  # type: ignore[attr-defined]  # read by the backstop


def _marked[V: Callable[..., object]](view: V, mark: Mark) -> V:
    view.offmon_mark = mark  # type: ignore[attr-defined]  # read by mark_of
    return view


def _name_of(view: Callable[..., object]) -> str:
    return f"{view.__module__}.{getattr(view, '__qualname__', type(view).__qualname__)}"


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        else:
            yield route, entry
