"""When the person is told of disclosures and consultations: after one disclosure delay, the same for everything (design §1.6).

Rules
- The delay counts whole days from when something *reached or was done at the agency*. All of one day appears together at midnight. So
  neither the moment at which a line appears nor the page before it reveals anything.
- The delay is the one in the person's notice, from 1 to 28 days. A clock that stepped back shows less, never more.
- A consultation is told a day later than the disclosures of its day. It is sealed in the night after its day (`log/consultations.py`). The
  person can check it only once a log state with that seal is older than the delay. The calendar fixes this day for every consultation,
  whether or not a device was on or found anything.
- Consultations are a closed list of acts by people. Acts of our own processes do not count. Consulting a restriction
  (`core/person/restrictions.py`) does not count either, since that would reveal it.
- A coverage gap waits like a disclosure, unless its reason arises whether or not something was noticed:

  | reason | told | why |
  |---|---|---|
  | AGENT_DOWN | at once | The program did not run. Rounding hides a start moved by writing a finding |
  | NOT_VISIBLE | at once | Depends on what was on the screen |
  | SOURCE_DOWN | at once | A browser was not heard, or no page's text was read, as to spare the device |
  | NO_PROFILE | at once | A profile ran out |
  | CLOCK | at once | The clock had gone back |
  | QUARANTINED | later | A finding could not be written, or the agency would not take it |
  | QUEUE_FULL | later | Only a finding needs room |
  | STORE_DAMAGED | later | Met where a finding is kept, and begins where something waited |
  | NEW_EPOCH | later | On withdrawal of a profile, only if something waited, and begins with the first of it |

  A new reason waits until somebody has decided. `core/person/coverage.py` rounds and joins times alike on device and portal.
"""

from datetime import timedelta
from typing import Final

from offmon.core import clock
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms
from offmon.core.log.verbs import LookAt, those_told

SHORTEST_DAYS: Final = 1
LOOKS_LATER_DAYS: Final = 1

OF_WHAT_WAS_SENT: Final = those_told(LookAt.SENT)
"""The looks that cannot be where nothing was sent."""

LOOKS: Final = those_told(*LookAt)
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
