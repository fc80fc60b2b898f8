"""Who sits at the browser: the check of name and password, and the middleware that says it to every view.

Rules
- A name that nobody has takes as long as a wrong password, and is answered alike.
- Signing in makes a new session: a key that someone planted before is worth nothing.
- Role and team are read again for each request, so that a change, or a closed account, counts at once (R-SEC-9).
- The session holds ids and times. The log names the sitting by an id of its own, never by the key that opens it.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token

from offmon.core import clock as time
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.actions import do_record_sign_in
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.faces.console.sitting import Sitting, is_over

_SITTING: Final = "sitting"
_SAY_AGAIN_MS: Final = time.MINUTE_MS  # how often "seen at" is written: each page would be a write each


def authenticate(sign_in: str, password: str) -> Id | None:
    """Whose name and password these are, or None."""
    found = agencies.credentials(sign_in)
    if found is None:
        make_password(password)  # as long as a real check takes
        return None
    staff, encoded = found
    return staff if check_password(password, encoded) else None


def begin(request: HttpRequest, staff: Id) -> None:
    """Sign in: a new session, a new form token, and an entry in the log."""
    now = clock.now()
    request.session.flush()
    sitting = Sitting(staff, new_id(), now, now)
    actor = _actor(request, sitting)
    if actor is not None:
        do_record_sign_in(actor=actor)
        request.session[_SITTING] = asdict(sitting)
        rotate_token(request)


def end(request: HttpRequest) -> None:
    """Sign out: nothing of the session is left."""
    request.session.flush()


class SignedIn:
    """Middleware: `request.actor`, or None for nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Say who sits there, and end a sitting that has lasted too long."""
        request.actor = _sitting_there(request)  # type: ignore[attr-defined]  # read by `requires`
        return self._get_response(request)


def _sitting_there(request: HttpRequest) -> Actor | None:
    kept = request.session.get(_SITTING)
    if kept is None:
        return None
    sitting, now = Sitting(**kept), clock.now()
    actor = None if is_over(sitting, now) else _actor(request, sitting)
    if actor is None:
        request.session.flush()
    elif now - sitting.seen_at >= _SAY_AGAIN_MS:
        request.session[_SITTING] = asdict(replace(sitting, seen_at=now))
    return actor


def _actor(request: HttpRequest, sitting: Sitting) -> Actor | None:
    staff = agencies.active_staff(sitting.staff)
    if staff is None:
        return None
    request_id = Id(request.id)  # type: ignore[attr-defined]  # set by RequestId, the outermost middleware
    return Actor(staff.id, staff.role, staff.team, staff.agency, sitting.session, request_id)
