"""When the person is told what was sent and which role looked: after one delay, the same for everything (design §1.6).

Rules
- What happened is shown once the delay has passed since it *reached or was done at the agency*, in whole days: whatever happened on one
  day is shown together, at midnight, so that neither the moment at which a line appears nor a page before it tells anything.
- The delay is the one that the person was told, between 1 and 28 days. A clock that stepped back shows less, never more.
- Who looked is a closed list of acts by people. What a process of ours did for itself is no look; nor is a look at a restriction of what
  is told (`core/restrictions.py`), which would tell of it.
- A coverage gap is shown at once, as what the device itself shows: but not one whose reason tells that much was noticed.
"""

from datetime import timedelta
from typing import Final

from offmon.core import clock
from offmon.core.audit import Verb
from offmon.core.event import GapReason
from offmon.core.ids import Ms

SHORTEST_DAYS: Final = 1

OF_WHAT_WAS_SENT: Final = (
    Verb.QUEUE_CONSULTED,  # a case stands in the queue only with something that was sent
    Verb.ALERT_REVIEW,
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

_TELLS_OF_FINDINGS: Final = frozenset({GapReason.QUEUE_FULL, GapReason.QUARANTINED})


def shown_before(at: Ms, delay_days: int) -> Ms:
    """Of what reached the agency before this instant the person is told now: the beginning of a day, Europe/London."""
    return clock.start_of_day(clock.local_day(at) - timedelta(days=max(delay_days, SHORTEST_DAYS)))


def due_at(reached: Ms, delay_days: int) -> Ms:
    """From when the person is told of what reached the agency at that instant: `shown_before`, asked the other way round."""
    return clock.start_of_day(clock.local_day(reached) + timedelta(days=max(delay_days, SHORTEST_DAYS) + 1))


def waits(reason: GapReason) -> bool:
    """Whether a gap of that reason is told after the delay, since it happens only where something was noticed."""
    return reason in _TELLS_OF_FINDINGS
