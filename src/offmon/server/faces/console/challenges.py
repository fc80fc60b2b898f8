"""The challenge that a passkey signs: kept in the session from the page that asks until the answer, and no longer.

Rules (R-SEC-10; ADR 8)
- It is for one purpose, one person and one browser. A challenge for sign-in adds no key, and a colleague's answers for nobody else.
- It is removed before the answer is checked, so a wrong answer uses it up too. After five minutes it is worthless.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from django.http import HttpRequest

from offmon.core import clock as time
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.server.agencies.authentication.passkeys import PasskeyResponse, State
from offmon.server.base import clock

LIFE_MS: Final = 5 * time.MINUTE_MS
_KEPT: Final = "challenge"


class ChallengePurpose(StrEnum):
    """What an answer is for."""

    ADD = "add"
    SIGN_IN = "sign-in"
    SHOW_AGAIN = "show-again"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What was asked, of whom, when and for what."""

    purpose: str
    staff: Id
    at: Ms
    state: State


def keep(request: HttpRequest, purpose: ChallengePurpose, staff: Id, state: State) -> None:
    """Keep what was asked, in place of anything that was asked before."""
    request.session[_KEPT] = asdict(Challenge(purpose.value, staff, clock.now(), state))


def answered(request: HttpRequest, purpose: ChallengePurpose, staff: Id, answer: str) -> PasskeyResponse:
    """An answer beside what it answers, which is spent by that. Raises Refused `challenge-stale`."""
    kept = request.session.pop(_KEPT, None)
    asked = None if kept is None else Challenge(**kept)
    if asked is None or (asked.purpose, asked.staff) != (purpose, staff) or not 0 <= clock.now() - asked.at < LIFE_MS:
        raise Refused(
            "challenge-stale", "You took too long, or another page asked for your passkey meanwhile. Try again."
        )
    return PasskeyResponse(asked.state, answer)
