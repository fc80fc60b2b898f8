"""Whether an alert was looked at in its time, or went on in time to somebody who answered (issue 20).

Rules
- An alert counts from when it became as grave as it is. What was answered before that, or in that millisecond, does not count.
- A look by somebody whose role decides is an answer, and so is an acknowledgement. A decision rests on such a look.
- LOOKED: the first answer came within the time in which an alert of that gravity is to be acknowledged.
- REACHED: it did not, but the alert went on in time, and again in time after each that did not answer, until somebody did.
- MISSED: for some time nobody was told who still had time to answer. It stays MISSED, whatever comes later: it is the exception.
- WAITING: nobody answered yet, and no time is over without somebody told.
- Only a hand-over to somebody by name tells anybody. A turn without a name, or a contact on paper, is nobody.
- A hand-over may come `LATE_MS` after its time: so long the worker may take. That is no more time to answer.
- The times are those in force when the alert was raised (`core.alerts.times`). After the first answer this rule asks no more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.alerts.times import DESIGN, AlertTimes
from offmon.core.clock import MINUTE_MS
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Ms

LATE_MS: Final = 2 * MINUTE_MS


class Attention(StrEnum):
    """What came of an alert, as the module's rules say."""

    LOOKED = "looked"
    REACHED = "reached"
    MISSED = "missed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Told:
    """The alert went on to somebody, or (`staff` None) to nobody by name."""

    at: Ms
    staff: Id | None


def attention(
    gravity: Gravity,
    grave_since: Ms,
    answers: Iterable[Ms],
    told: Iterable[Told],
    at: Ms,
    *,
    times: AlertTimes = DESIGN,
) -> Attention:
    """What came of an alert until `at`. `answers`: every look and acknowledgement. `told`: every hand-over."""
    allowed = times.acknowledge_ms(gravity)
    answered = min((one for one in answers if grave_since < one <= at), default=None)
    if answered is not None and answered <= grave_since + allowed:
        return Attention.LOOKED
    ends = at if answered is None else answered
    turns = sorted(one.at for one in told if one.staff is not None and grave_since <= one.at < ends)
    if _missed(grave_since, turns, ends, allowed, is_answered=answered is not None):
        return Attention.MISSED
    return Attention.WAITING if answered is None else Attention.REACHED


def _missed(since: Ms, turns: Iterable[Ms], ends: Ms, allowed: int, *, is_answered: bool) -> bool:
    """Whether there was a time in which nobody who was told still had time."""
    last, nobody_else = since, True
    for turn in turns:
        if turn > last + allowed + LATE_MS:
            return True
        last, nobody_else = turn, False
    if is_answered and nobody_else:
        return True  # late, and it never went on
    return ends > last + allowed + LATE_MS


def missed_from(gravity: Gravity, grave_since: Ms, told: Iterable[Told], *, times: AlertTimes = DESIGN) -> Ms:
    """From when on nobody was told who still had time, of a MISSED alert."""
    allowed, last = times.acknowledge_ms(gravity), grave_since
    for turn in sorted(one.at for one in told if one.staff is not None and one.at >= grave_since):
        if turn > last + allowed + LATE_MS:
            break
        last = turn
    return Ms(last + allowed)
