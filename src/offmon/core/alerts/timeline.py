"""What happened on an account over the last weeks, as pages draw it: by day, and by hour of the day against the weeks before.

Rules
- A day is one of Europe/London. A time that no device covered counts once, however many devices or declarations say it.
- Hours compare a person with themselves alone: the last four weeks, and what a like time held in the twelve weeks before.
- Nothing is concluded from it. A drawing shows when, and a person says what it means.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from offmon.core import clock
from offmon.core.ids import Ms

DAYS: Final = 28
MONTHS_BEFORE: Final = 3


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how many alerts were raised and decided, how many visits they group, how long nothing was covered, and what is to come."""

    on: date
    raised: int
    decided: int
    visits: int
    uncovered_ms: int
    ahead_ms: int
    length_ms: int

    @property
    def covered(self) -> float:
        """The covered share of the day, 0 to 1. What is still to come is not covered."""
        return 1 - (self.uncovered_ms + self.ahead_ms) / self.length_ms


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the day: the visits of the last four weeks, and of a like time before on average."""

    hour: int
    visits: int
    before: float


def first_day(now: Ms) -> date:
    """The first of the days that are drawn; the last is today."""
    return clock.local_day(now) - timedelta(days=DAYS - 1)


def since(now: Ms) -> Ms:
    """From when visits are counted, the weeks before included."""
    return clock.start_of_day(first_day(now) - timedelta(days=DAYS * MONTHS_BEFORE))


def days(
    raised: Iterable[Ms], decided: Iterable[Ms], visits: Iterable[Ms], uncovered: Iterable[tuple[Ms, Ms]], now: Ms
) -> tuple[Day, ...]:
    """The last four weeks, oldest first. `uncovered`: from when until when; what is still to come is none of it."""
    counted = [Counter(map(clock.local_day, times)) for times in (raised, decided, visits)]
    holes = _joined(uncovered, now)
    drawn = []
    for number in range(DAYS):
        on = first_day(now) + timedelta(days=number)
        start, end = clock.start_of_day(on), clock.start_of_day(on + timedelta(days=1))
        missing = sum(max(0, min(until, end) - max(begun, start)) for begun, until in holes)
        raised_on, decided_on, visits_on = (count[on] for count in counted)
        drawn.append(Day(on, raised_on, decided_on, visits_on, missing, max(0, end - max(start, now)), end - start))
    return tuple(drawn)


def hours(visits: Iterable[Ms], now: Ms) -> tuple[Hour, ...]:
    """The 24 hours of a day, in Europe/London."""
    lately, before = Counter[int](), Counter[int]()
    begin = clock.start_of_day(first_day(now))
    for at in visits:
        (lately if at >= begin else before)[int(clock.local_minute(at)[:2])] += 1
    return tuple(Hour(hour, lately[hour], before[hour] / MONTHS_BEFORE) for hour in range(24))


def _joined(times: Iterable[tuple[Ms, Ms]], now: Ms) -> list[tuple[Ms, Ms]]:
    joined: list[tuple[Ms, Ms]] = []
    for begun, until in sorted((begun, min(until, now)) for begun, until in times):
        if joined and begun <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        elif begun < until:
            joined.append((begun, until))
    return joined
