"""The monthly figure of alerts by agency: how many were looked at in time, and how many went on and reached somebody (issue 20; R-AI-17).

Rules
- A figure is of a whole month of London, published from the start of the month after the next. So no day can be read from it.
- Each agency has one for each gravity and month, whether or not there was an alert. That a figure is there tells nothing.
- An alert is of the month in which it was raised, and of the gravity that it has when its month is counted.
- An alert that nobody answered yet counts as neither, although it went on.
- Below `SMALL` a number is not told, and nought is such a number. Others are told in tens, rounded down, as the site tells all of people.
- Each number is told by itself. No total is published, so no difference tells a number that is not told.
- A figure is written once, and nobody changes it: two states of it would tell a single case.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.alerts.in_time import Attention
from offmon.core.formats.event import GRAVEST, Gravity
from offmon.core.ids import Ms
from offmon.core.public.assurance import SMALL

LAG_MONTHS: Final = 2


class Outcome(StrEnum):
    """What is told of an alert."""

    IN_TIME = "in_time"
    PASSED_ON = "passed_on"
    NEITHER = "neither"


OUTCOME: Final[Mapping[Attention, Outcome]] = {
    Attention.LOOKED: Outcome.IN_TIME,
    Attention.REACHED: Outcome.PASSED_ON,
    Attention.MISSED: Outcome.NEITHER,
    Attention.WAITING: Outcome.NEITHER,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """What is published of a gravity and month: of each outcome the ten it lies in, or None for fewer than `SMALL`."""

    month: date
    gravity: Gravity
    in_time: int | None
    passed_on: int | None
    neither: int | None

    def told(self, outcome: Outcome) -> int | None:
        """The number of an outcome."""
        return {Outcome.IN_TIME: self.in_time, Outcome.PASSED_ON: self.passed_on, Outcome.NEITHER: self.neither}[
            outcome
        ]


def rounded(count: int) -> int | None:
    """A number as it may be published: the ten it lies in, or None below `SMALL`."""
    return None if count < SMALL else count // SMALL * SMALL


def figures(month: date, found: Iterable[tuple[Gravity, Attention]]) -> tuple[Figure, ...]:
    """The figures of a month, one of each gravity, from what came of each of its alerts."""
    counted = Counter((gravity, OUTCOME[came]) for gravity, came in found)
    return tuple(
        Figure(month, gravity, *(rounded(counted[gravity, outcome]) for outcome in Outcome)) for gravity in GRAVEST
    )


def month_after(month: date, months: int = 1) -> date:
    """The first day of the month so many months later, or (below nought) before."""
    years, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(years, index + 1, 1)


def due(begun: Ms, at: Ms) -> tuple[date, ...]:
    """The months whose figures may be there at an instant, by their first days, the oldest first.

    `begun`: when the agency's log began. Its first whole month is the first.
    """
    first = month_after(clock.local_day(begun).replace(day=1))
    last = month_after(clock.local_day(at).replace(day=1), -LAG_MONTHS)
    found = list[date]()
    while first <= last:
        found.append(first)
        first = month_after(first)
    return tuple(found)


def starts(month: date) -> Ms:
    """When a month begins in London."""
    return clock.start_of_day(month)
