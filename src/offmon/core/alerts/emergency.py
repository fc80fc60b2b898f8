"""A duty inspector opens one alert that was passed to them, in an emergency: "break glass" (issue 20; R-SEC-9).

Rules
- No case is open to a duty inspector. They may open one alert: one that was passed to them, undecided, while they are on call.
- They show two factors (`access.step_up`) and say why in words. A reason counts once: whoever opens the alert again gives a new one.
- It is open for `OPEN_FOR_MS`, to them alone. Until then they open no other. After it the alert is shut, and they may open it again.
- They look and acknowledge. They reveal nothing and decide nothing: a holder decides only in a case that is open to them.
- A supervisor of the case reviews each opening, and says whether it was justified. Both answers are kept.
- The person is told of it as of any look, after the same delay (`core.person.delay`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from offmon.core.clock import HOUR_MS
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms

OPEN_FOR_MS: Final = HOUR_MS
LEAST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Opening:
    """An inspector's own opening of an alert: until when, and why."""

    alert: Id
    at: Ms
    until: Ms
    reason: str

    def is_open(self, at: Ms) -> bool:
        """Whether the alert may be read by it at that instant."""
        return self.at <= at < self.until


def check_opens(alert: Id, reason: str, at: Ms, *, is_passed: bool, is_on_call: bool, own: Iterable[Opening]) -> None:
    """Raises Refused unless an inspector may open the alert now.

    `is_passed`: it was passed to them and is theirs still. `is_on_call`: they have a shift now. `own`: all that they opened before.
    """
    before = list(own)
    if not is_passed:
        raise Refused("not-yours", "This alert was decided, or went on to somebody else. Ask who has it now.")
    if not is_on_call:
        raise Refused("not-on-call", "You are not on call now. Whoever is on call opens it: see the rota.")
    if (now_open := next((one for one in before if one.is_open(at)), None)) is not None:
        if now_open.alert == alert:
            raise Refused("open-already", "You opened this alert already. Go back, and read it there.")
        raise Refused("one-at-a-time", "You opened another alert. Open this one when its hour is over.")
    if len(reason.split()) < LEAST_WORDS:
        raise Refused("no-reason", "Enter why you cannot wait for the officers of the case, in your own words.")
    if any(one.alert == alert and said(one.reason) == said(reason) for one in before):
        raise Refused("reason-used", "You gave this reason before. Say what is new now.")


def said(reason: str) -> str:
    """A reason as it is compared with another: its words alone, in small letters."""
    return " ".join(reason.lower().split())
