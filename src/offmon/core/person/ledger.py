"""How each hour of a device's day was spent: covered, off, not covered, or not known (R-RGT-17; issue 20).

Rules
- A day is a London day: 24 hours, 23 or 25 where the clocks change. Its parts add up to its length to the millisecond.
- Where two things are said of one time, the first in `Spent` counts. So a device that was off was off, whatever else is said of that time.
- After a device was last heard nobody can speak for it: those hours are UNKNOWN. They are OFF from where it said that it stopped.
- Only hours that a device itself vouches for are COVERED. A device that is on without a connection vouches later, and its hours change.
- Nothing here depends on a finding.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from offmon.core import clock
from offmon.core.ids import Ms
from offmon.core.log.hours import Spent, Stretch
from offmon.core.person.gap_class import GapClass

_ORDER = {spent: rank for rank, spent in enumerate(Spent)}


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Of a device: since when it was to cover, when it was last heard, since when it is off by its own word, and the present."""

    began_at: Ms
    heard_at: Ms | None
    off_since: Ms | None
    now: Ms


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """One London day of one device, its parts in order of time; each part's neighbour differs from it."""

    day: date
    parts: tuple[Stretch, ...]

    @property
    def length_ms(self) -> int:
        """How long the day is."""
        return clock.end_of_day(self.day) - clock.start_of_day(self.day)

    def ms(self, spent: Spent) -> int:
        """How much of the day was spent so."""
        return sum(one.until - one.since for one in self.parts if one.spent is spent)


def spent_in(gap_class: GapClass) -> Spent:
    """How the time of a gap of that class was spent."""
    return Spent(gap_class.value)


def ledger(first: date, last: date, of: Lifetime, stretches: Iterable[Stretch]) -> tuple[LedgerDay, ...]:
    """Each day from `first` to `last`, both included."""
    since, until = clock.start_of_day(first), clock.end_of_day(last)
    known = [*stretches, *_bounds(of, since, until)]
    return tuple(_day(first + timedelta(days=n), known) for n in range((last - first).days + 1))


def _bounds(of: Lifetime, since: Ms, until: Ms) -> Iterable[Stretch]:
    heard = of.began_at if of.heard_at is None else max(of.began_at, of.heard_at)
    yield Stretch(since, of.began_at, Spent.NOT_DUE)
    yield Stretch(heard, of.now, Spent.UNKNOWN)
    if of.off_since is not None:
        yield Stretch(of.off_since, of.now, Spent.OFF)
    yield Stretch(of.now, until, Spent.AHEAD)


def _day(day: date, known: Iterable[Stretch]) -> LedgerDay:
    begin, end = clock.start_of_day(day), clock.end_of_day(day)
    within = [one for one in known if one.since < end and one.until > begin and one.since < one.until]
    cuts = sorted({begin, end, *(min(max(at, begin), end) for one in within for at in (one.since, one.until))})
    return LedgerDay(day, _joined([_part(Ms(a), Ms(b), within) for a, b in pairwise(cuts)]))


def _part(since: Ms, until: Ms, within: Sequence[Stretch]) -> Stretch:
    there = (one.spent for one in within if one.since <= since and until <= one.until)
    return Stretch(since, until, min(there, key=_ORDER.__getitem__, default=Spent.COVERED))


def _joined(parts: Iterable[Stretch]) -> tuple[Stretch, ...]:
    joined = list[Stretch]()
    for part in parts:
        if joined and joined[-1].spent is part.spent:
            joined[-1] = Stretch(joined[-1].since, part.until, part.spent)
        else:
            joined.append(part)
    return tuple(joined)
