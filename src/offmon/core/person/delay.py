"""When the person is told what was sent and which role looked: after one delay, the same for everything (design §1.6).

Rules
- What happened is shown once the delay has passed since it *reached or was done at the agency*, in whole days: whatever happened on one
  day is shown together, at midnight, so that neither the moment at which a line appears nor a page before it tells anything.
- The delay is the one that the person was told, between 1 and 28 days. A clock that stepped back shows less, never more.
- A look is told a day later than what was sent on its day. It is sealed in the night after its day (`log/consultations.py`), and only a day
  later is a state of the log that holds that seal older than the delay, and so the person's to check it by. By the calendar, and so the
  same for every look: whether a device was on then, or a finding was made, moves nothing.
- Who looked is a closed list of acts by people. What a process of ours did for itself is no look; nor is a look at a restriction of what
  is told (`core/person/restrictions.py`), which would tell of it.
- A coverage gap waits like what was sent, unless its reason comes about alike whether or not something was noticed. Of each reason:

  | reason | told | why |
  |---|---|---|
  | AGENT_DOWN | at once | The program did not run. That it began a little earlier where a finding was being written, rounding takes away |
  | NOT_VISIBLE | at once | What stood on the screen |
  | SOURCE_DOWN | at once | A browser was not heard, or no page's text was read, as to spare the device |
  | NO_PROFILE | at once | A permission ran out |
  | CLOCK | at once | The clock had gone back |
  | QUARANTINED | later | A finding could not be written, or the agency would not take it |
  | QUEUE_FULL | later | Only a finding needs room |
  | STORE_DAMAGED | later | It is met where a finding is kept, and its time begins where something waited |
  | NEW_EPOCH | later | When a permission is taken back, only where something waited; and its time begins with the first thing that did |

  So a new reason waits until somebody has decided. Times are shown rounded and joined, by the same function on device and portal
  (`core/person/coverage.py`).
"""

from datetime import timedelta
from typing import Final

from offmon.core import clock
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb

SHORTEST_DAYS: Final = 1
LOOKS_LATER_DAYS: Final = 1

OF_WHAT_WAS_SENT: Final = (
    Verb.QUEUE_CONSULTED,  # a case stands in the queue only with something that was sent
    Verb.ALERT_REVIEW,
    Verb.ALERT_CONSULTED,
    Verb.REVEAL_ASKED,
    Verb.ACTION_CONSULTED,
    Verb.EXHIBIT_CONSULTED,
    Verb.EXPORT_CONSULTED,
    Verb.EXPORT_DOWNLOADED,
)
"""The looks that cannot be where nothing was sent."""

LOOKS: Final = (
    Verb.CASE_CONSULTED,
    Verb.DOCUMENT_OPENED,
    *OF_WHAT_WAS_SENT,
    Verb.CASE_SHARED,
    Verb.REQUEST_CONSULTED,
)
"""Acts by which somebody looked at what is held of the person, or gave it to another."""

_AT_ONCE: Final = frozenset(
    {GapReason.AGENT_DOWN, GapReason.NOT_VISIBLE, GapReason.SOURCE_DOWN, GapReason.NO_PROFILE, GapReason.CLOCK}
)


def shown_before(at: Ms, delay_days: int) -> Ms:
    """Of what reached the agency before this instant the person is told now: the beginning of a day, Europe/London."""
    return clock.start_of_day(clock.local_day(at) - timedelta(days=max(delay_days, SHORTEST_DAYS)))


def due_at(reached: Ms, delay_days: int) -> Ms:
    """From when the person is told of what reached the agency at that instant: `shown_before`, asked the other way round."""
    return clock.start_of_day(clock.local_day(reached) + timedelta(days=max(delay_days, SHORTEST_DAYS) + 1))


def looks_shown_before(at: Ms, delay_days: int) -> Ms:
    """Of the looks before this instant the person is told now: the beginning of a day, Europe/London."""
    return shown_before(at, looks_after_days(delay_days))


def looks_due_at(looked: Ms, delay_days: int) -> Ms:
    """From when the person is told of a look at that instant."""
    return due_at(looked, looks_after_days(delay_days))


def looks_after_days(delay_days: int) -> int:
    """The delay of a look, where that of what was sent is `delay_days`."""
    return max(delay_days, SHORTEST_DAYS) + LOOKS_LATER_DAYS


def waits(reason: GapReason) -> bool:
    """Whether a gap of that reason is told after the delay, since that it is there, or when it began, may depend on a finding."""
    return reason not in _AT_ONCE
