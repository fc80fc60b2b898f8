"""Signs staff in: name and password, then a passkey or a code. The middleware tells each view who is signed in.

Rules (R-SEC-10; ADR 6)
- An unknown name takes as long as a wrong password, and is answered and counted alike.
- The right password alone opens nothing. For five minutes it allows a passkey or code, and only they make a session.
- Each of the two steps makes a new browser session, so a key planted earlier is worthless. A step-up makes a new key.
- Role and team are read again for each request, so a change or a closed account counts at once (R-SEC-9). A row that the log does not say
  so of counts as closed. A new password ends every sitting but the one in which its owner chose it.
- Whoever was given a password by an administrator chooses their own before any other page opens.
- It holds ids and times, and a new app's secret enclosed. The log names the session by an id of its own, never by its key.
- Failed sign-ins, and refusals to a signed-in person (403, 404), are entries (R-SEC-3, R-SEC-15). Without a known account, the operator's
  log records the failure and not the name: people type their password there.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, parse_cookie
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse

from offmon.core import clock as time
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.accounts.actions.passwords import do_change_password
from offmon.server.agencies.actions import do_record_guest
from offmon.server.agencies.authentication import actions as door
from offmon.server.agencies.authentication import queries as shown
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.web.session_store import SessionStore
from offmon.server.base.web.wiring import SESSION_COOKIE_NAME
from offmon.server.faces.console import challenges
from offmon.server.faces.console.challenges import ChallengePurpose
from offmon.server.faces.console.session import Half, StaffSession, has_passed, is_over

_log = logging.getLogger("offmon.console.signin")

_SITTING: Final = "sitting"
_HALF: Final = "half"
_OFFERED: Final = "offered"
_SAY_AGAIN_MS: Final = time.MINUTE_MS  # how often "seen at" is written: each page would be a write each


@dataclass(frozen=True, slots=True)
class PasswordGiven:
    """Whoever gave the right password: as an actor without a session, and where they wanted to go."""

    actor: Actor
    onward: str


def knock(request: HttpRequest, sign_in: str, password: str, onward: str) -> bool:
    """The first step: whether name and password are right. Raises MustWait, whether they are or not.

    NotAuthentic where the password is right by the row, and the log says otherwise of the account. Refused (`password-too-old`).
    """
    found = agencies.credentials(sign_in)
    one = door.count_try(sign_in if found is None else found[0])
    if found is None:
        make_password(password)  # as long as a real check takes
        _log.warning("refused: a name that nobody signs in with")
        return False
    staff, encoded = found
    if not check_password(password, encoded):
        _record(request, staff, "wrong-password")
        return False
    try:
        known_as = agencies.logged_staff(staff)
    except NotAuthentic as refusal:
        _record(request, staff, refusal.code)
        raise
    if known_as is not None and known_as.given_until is not None and known_as.given_until <= clock.now():
        _record(request, staff, "password-too-old")
        raise Refused(
            "password-too-old", "The password that you were given has run out. Ask your administrator for another."
        )
    door.uncount(one)
    request.session.flush()
    request.session[_HALF] = asdict(Half(staff, clock.now(), onward))
    rotate_token(request)
    return True


def known(request: HttpRequest) -> PasswordGiven | None:
    """Who gave the right password at this browser, less than five minutes ago, and no code yet."""
    kept = request.session.get(_HALF)
    if kept is None:
        return None
    half = Half(**kept)
    actor = None if has_passed(half, clock.now()) else _actor(request, half.staff)
    return None if actor is None else PasswordGiven(actor, half.onward)


def enter(request: HttpRequest, of: PasswordGiven, given: str) -> None:
    """The second step: sign in by a code. Raises MustWait, and Refused `wrong-code`."""
    sitting = _sitting(request, of)
    with_session = replace(of.actor, session=sitting.session)
    _try_code(of.actor, lambda: door.do_sign_in(given, actor=with_session))
    _sit(request, sitting, with_session)


def enter_by_passkey(request: HttpRequest, of: PasswordGiven, answer: str) -> None:
    """The second step: sign in by a passkey. Raises MustWait, and Refused (`challenge-stale`, `wrong-passkey`, …)."""
    sitting = _sitting(request, of)
    with_session = replace(of.actor, session=sitting.session)

    def use() -> None:
        given = challenges.answered(request, ChallengePurpose.SIGN_IN, of.actor.id, answer)
        door.do_sign_in_by_passkey(given, actor=with_session)

    _try_code(of.actor, use)
    _sit(request, sitting, with_session)


def set_up(request: HttpRequest, of: PasswordGiven, given: str) -> tuple[str, ...]:
    """The second step of whoever has no app yet: the one offered, by a code of it. The recovery codes. Raises Refused."""
    sitting = _sitting(request, of)
    with_session = replace(of.actor, session=sitting.session)
    with _denials_noted(of.actor):
        codes = door.do_set_up_factor(offered(request, of.actor), given, actor=with_session)
    _sit(request, sitting, with_session)
    return codes


def show_again(request: HttpRequest, given: str, *, actor: Actor) -> None:
    """Within a sitting: show the factor again, by a code. Raises MustWait, and Refused `wrong-code`."""
    own = at_home(actor)
    _try_code(own, lambda: door.do_show_again(given, actor=own))
    _go_on(request, actor)


def show_passkey_again(request: HttpRequest, answer: str, *, actor: Actor) -> None:
    """Within a sitting: show a passkey. Raises MustWait, and Refused (`challenge-stale`, `wrong-passkey`, …)."""
    own = at_home(actor)

    def use() -> None:
        given = challenges.answered(request, ChallengePurpose.SHOW_AGAIN, own.id, answer)
        door.do_show_passkey_again(given, actor=own)

    _try_code(own, use)
    _go_on(request, actor)


def replace_factor(request: HttpRequest, given: str, current: str, *, actor: Actor) -> tuple[str, ...]:
    """Put the app that is offered in place of the present one. The recovery codes. Raises MustWait and Refused."""
    enclosed = offered(request, actor)
    codes = _try_code(actor, lambda: door.do_replace_factor(enclosed, given, current, actor=actor))
    del request.session[_OFFERED]
    return codes


def offered(request: HttpRequest, actor: Actor) -> bytes:
    """The secret of the app that is offered at this browser: the same while its pages are looked at, and enclosed."""
    kept: str | None = request.session.get(_OFFERED)
    if kept is None:
        request.session[_OFFERED] = kept = door.draw_secret(actor.id).hex()
    return bytes.fromhex(kept)


def at_home(actor: Actor) -> Actor:
    """The actor in the scope of the agency that keeps their account, wherever they work as a guest."""
    return actor if actor.home is None else replace(actor, agency=actor.home, home=None, took_over=False)


def work_for(request: HttpRequest, agency: Id, *, took_over: bool = False) -> None:
    """Work on that agency's cases from now on: as a guest, where it is not one's own. Its log has the sitting from here on.

    `took_over`: on those that one's own agency took over from it.
    """
    sitting = replace(StaffSession(**request.session[_SITTING]), working_for=agency, took_over=took_over)
    actor = _sitting_as(request, sitting)
    if actor is not None:
        if _is_away(actor):
            do_record_guest(actor=actor)
            _carry(actor)
        request.session[_SITTING] = asdict(sitting)


def change_password(request: HttpRequest, current: str, new: str, *, actor: Actor) -> None:
    """Change one's own password: this sitting goes on, and every other one of the account is over. Raises MustWait and Refused."""
    own = at_home(actor)
    credentials = _try_code(own, lambda: do_change_password(current, new, actor=own))
    request.session.cycle_key()
    request.session[_SITTING] = request.session[_SITTING] | {"credentials": credentials}
    rotate_token(request)


def must_choose(request: HttpRequest) -> bool:
    """Whether whoever sits there was given their password by somebody else, and so chooses their own before anything else."""
    account: agencies.SignedInView | None = getattr(request, "account", None)
    return account is not None and account.given_until is not None


def name_of(request: HttpRequest) -> str:
    """By which name colleagues know whoever sits there: of the account that was read to let them in."""
    account: agencies.SignedInView = request.account  # type: ignore[attr-defined]  # set by `_actor`
    return account.display_name


def end(request: HttpRequest) -> None:
    """Sign out: nothing of the session is left."""
    request.session.flush()


def sits_there(environ: Mapping[str, Any]) -> bool:
    """Whether a request's head has the cookie of a sitting that lasts: a long body is read of nobody else. The page asks for the rest."""
    cookie = parse_cookie(environ.get("HTTP_COOKIE", "")).get(SESSION_COOKIE_NAME)
    kept = SessionStore(cookie).get(_SITTING)
    return kept is not None and not is_over(StaffSession(**kept), clock.now())


class StaffMiddleware:
    """Middleware: `request.actor`, or None for nobody; and an entry for what is refused to them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Say who sits there, and end a sitting that has lasted too long."""
        actor = _sitting_there(request)
        request.actor = actor  # type: ignore[attr-defined]  # read by `requires`
        if actor is not None and must_choose(request) and not _opens_before(request.path):
            return redirect("own-password")
        response = self._get_response(request)
        if actor is not None and response.status_code in {403, 404} and request.resolver_match is not None:
            # The address by its name: the ids in it may be of what this actor must not even know to be there.
            why = f"{response.status_code} {request.resolver_match.view_name}"
            _log.warning("refused: %s", why)
            door.do_record_denial(why, actor=actor)
        return response


def _opens_before(path: str) -> bool:
    """Whether a page opens to somebody who must choose a password first."""
    return path in {reverse("own-password"), reverse("sign-out")} or path.startswith("/static/")


def _try_code[T](account: Actor, use: Callable[[], T]) -> T:
    """Use a code, counted. Raises MustWait, and what `use` refuses, once that is in the log."""
    door.count_try(account.id)
    with _denials_noted(account):
        used = use()
    door.forget_tries(account.id)
    return used


@contextmanager
def _denials_noted(account: Actor) -> Iterator[None]:
    try:
        yield
    except (NotAuthentic, Refused) as refusal:
        door.do_record_denial(refusal.code, actor=account)
        raise


def _go_on(request: HttpRequest, actor: Actor) -> None:
    _carry(actor)
    request.session.cycle_key()
    rotate_token(request)


def _carry(actor: Actor) -> None:
    """What a guest showed at home is written down with the agency that leads: its vault asks there."""
    last = shown.shown_by(actor=at_home(actor))
    if _is_away(actor) and last is not None:
        door.do_carry(last.factor, last.at, actor=actor)


def _is_away(actor: Actor) -> bool:
    """Whether they work in another agency's log than where their account is kept."""
    return actor.home is not None and actor.home != actor.agency


def _record(request: HttpRequest, staff: Id, why: str) -> None:
    claimed = agencies.active_staff(staff)
    if claimed is not None:
        door.do_record_denial(why, actor=_as_actor(request, claimed))


def _sitting(request: HttpRequest, of: PasswordGiven) -> StaffSession:
    now = clock.now()
    return StaffSession(of.actor.id, new_id(), now, now, request.account.credentials)  # type: ignore[attr-defined]  # of the password


def _sit(request: HttpRequest, sitting: StaffSession, actor: Actor) -> None:
    request.session.flush()
    request.session[_SITTING] = asdict(sitting)
    request.actor = actor  # type: ignore[attr-defined]  # the page that answers is theirs already
    rotate_token(request)


def _sitting_there(request: HttpRequest) -> Actor | None:
    kept = request.session.get(_SITTING)
    if kept is None:
        return None
    sitting, now = StaffSession(**kept), clock.now()
    actor = None if is_over(sitting, now) else _sitting_as(request, sitting)
    if actor is None or request.account.credentials != sitting.credentials:  # type: ignore[attr-defined]  # set by `_actor`
        request.session.flush()
        return None
    if now - sitting.seen_at >= _SAY_AGAIN_MS and request.path != reverse("waiting"):  # a script asks there by itself
        request.session[_SITTING] = asdict(replace(sitting, seen_at=now))
    return actor


def _sitting_as(request: HttpRequest, sitting: StaffSession) -> Actor | None:
    """Who sits there, on the cases that they chose; None where the account is closed, or is not what the log says."""
    own = _actor(request, sitting.staff)
    if own is None:
        return None
    account: agencies.SignedInView = request.account  # type: ignore[attr-defined]  # set by `_actor`
    agency, took_over = agencies.working_for(account, sitting.working_for, took_over=sitting.took_over)
    return replace(own, session=sitting.session, agency=agency, took_over=took_over)


def _actor(request: HttpRequest, staff_id: Id) -> Actor | None:
    """Who that is by their account, at home; None where it is closed, or is not what the log says."""
    try:
        staff = agencies.logged_staff(staff_id)
    except NotAuthentic as refusal:
        _record(request, staff_id, refusal.code)
        return None
    if staff is None:
        return None
    request.account = staff  # type: ignore[attr-defined]
    return _as_actor(request, staff)


def _as_actor(request: HttpRequest, staff: agencies.StaffView) -> Actor:
    request_id = Id(request.id)  # type: ignore[attr-defined]  # set by RequestId, the outermost middleware
    return Actor(staff.id, staff.role, staff.team, staff.agency, None, request_id, home=staff.agency)
