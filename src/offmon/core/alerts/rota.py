"""Who is on call, and when nobody is (issue 20).

Rules
- A shift is of one tier, of one team or of the whole agency. FIRST is called first out of hours, SECOND after them. INSPECTOR is the whole
  agency's alone, and comes last.
- A team's own shift comes before the whole agency's. A team without one is served by the agency's.
- Two shifts of one team and tier never overlap, so that there is one name for each instant. Nobody has a shift of two weeks.
- A shift begins now or later. Whoever was on call last night was so by a row of before, which nobody writes afterwards.
- Out of hours is outside the agency's office hours, on Saturday and Sunday, and on bank holidays, Europe/London. The caller says which.
- A gap is time out of hours at which nobody is on at a tier. It is said ahead, as one period, while nobody is on in between.
- Nothing here reads a clock.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.clock import DAY_MS, HOUR_MS, Period
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms

LONGEST_MS: Final = 7 * DAY_MS
FURTHEST_MS: Final = 366 * DAY_MS
BEGUN_MS: Final = HOUR_MS
"""A shift may be entered for so long after it began: the one who hands over at eight enters it at ten past."""
AHEAD_MS: Final = 7 * DAY_MS
_SATURDAY: Final = 5
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Office:
    """From when until when somebody is at their desk on a working day."""

    opens: time
    closes: time


OFFICE: Final = Office(time(9), time(17))
"""As long as an agency has no hours of its own (`core.alerts.times`)."""


class Tier(StrEnum):
    """In which turn somebody on call is told."""

    FIRST = "first"
    SECOND = "second"
    INSPECTOR = "inspector"


ON_A_ROTA: Final = (Role.OFFENDER_MANAGER, Role.SUPERVISOR, Role.DUTY_INSPECTOR)
MAY_BE: Final = {
    Tier.FIRST: frozenset(ON_A_ROTA),
    Tier.SECOND: frozenset(ON_A_ROTA),
    Tier.INSPECTOR: frozenset({Role.SUPERVISOR, Role.DUTY_INSPECTOR}),
}
"""Whose role may have a shift of each tier."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody is on call at a tier for a time. `team` None: for the whole agency."""

    team: Id | None
    tier: Tier
    staff: Id
    since: Ms
    until: Ms

    def __contains__(self, at: object) -> bool:
        return isinstance(at, int) and self.since <= at < self.until

    def is_beside(self, other: "Shift") -> bool:
        """Whether both are of one team and tier, and share an instant."""
        return (self.team, self.tier) == (other.team, other.tier) and self._meets(other)

    def calls_twice(self, other: "Shift") -> bool:
        """Whether an alert would come to the same person in two turns."""
        one_rota = self.team == other.team or None in {self.team, other.team}
        return self.staff == other.staff and self.tier is not other.tier and one_rota and self._meets(other)

    def _meets(self, other: "Shift") -> bool:
        return self.since < other.until and other.since < self.until


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is on call at a tier of a team, or of the whole agency, in that time."""

    team: Id | None
    tier: Tier
    since: Ms
    until: Ms


def check_shift(new: Shift, role: Role | None, others: Iterable[Shift], at: Ms) -> None:
    """Raises Refused unless the shift may be entered at that instant. `role`: of the account that has it; None: no active account."""
    if role is None or role not in MAY_BE[new.tier]:
        raise Refused("not-on-rota", "Choose someone whose account is open and whose role may be on call.")
    if new.tier is Tier.INSPECTOR and new.team is not None:
        raise Refused("inspector-of-a-team", "The duty inspector is on call for the whole agency. Choose no team.")
    if new.until <= new.since:
        raise Refused("shift-ends-first", "The shift ends before it begins. Check both times.")
    if new.until - new.since > LONGEST_MS:
        raise Refused("shift-too-long", "A shift lasts 7 days at most. Enter two shifts.")
    if new.since < at - BEGUN_MS:
        raise Refused("shift-past", "The shift begins in the past. Enter one that begins now or later.")
    if new.since > at + FURTHEST_MS:
        raise Refused("shift-too-far", "The shift begins more than a year from now. Check the year.")
    if any(new.calls_twice(one) for one in others):
        raise Refused(
            "two-turns", "They are on call in another turn then, and would be called twice. Choose somebody else."
        )
    if any(new.is_beside(one) for one in others):
        raise Refused("shift-overlaps", "Somebody is on call then already. End that shift, or choose another time.")


def on_at(shifts: Iterable[Shift], tier: Tier, team: Id | None, at: Ms) -> Id | None:
    """Who is on call at a tier for a team at that instant: of its own rota, else of the whole agency's. None: nobody."""
    on = {one.team: one.staff for one in shifts if one.tier is tier and at in one}
    return on.get(team, on.get(None))


def is_out_of_hours(at: Ms, holidays: Collection[date], office: Office = OFFICE) -> bool:
    """Whether nobody need be at their desk at that instant."""
    return any(at in one for one in out_of_hours(clock.local_day(at), holidays, office))


def out_of_hours(day: date, holidays: Collection[date], office: Office = OFFICE) -> tuple[Period, ...]:
    """The times of a day that are out of hours: before and after the office's, or all of it."""
    if day.weekday() >= _SATURDAY or day in holidays:
        return (Period(clock.start_of_day(day), clock.end_of_day(day)),)
    opens, closes = clock.at_time(day, office.opens), clock.at_time(day, office.closes)
    return Period(clock.start_of_day(day), opens), Period(closes, clock.end_of_day(day))


def gaps(
    shifts: Iterable[Shift],
    tier: Tier,
    team: Id | None,
    ahead: Period,
    holidays: Collection[date],
    *,
    office: Office = OFFICE,
) -> tuple[Gap, ...]:
    """When nobody is on at a tier for a team, within that time, the soonest first. `ahead` has an end."""
    serving = [one for one in shifts if one.tier is tier and one.team in {team, None}]
    found = list[Gap]()
    for empty in _empty(serving, ahead):
        parts = [
            part for day in _days(empty) for one in out_of_hours(day, holidays, office) if (part := one.overlap(empty))
        ]
        if parts:
            found.append(Gap(team, tier, parts[0].since, _end(parts[-1])))
    return tuple(found)


def week_later(shift: Shift) -> Shift:
    """The same shift at the same times of day a week later, whatever the clocks do in between."""
    return Shift(shift.team, shift.tier, shift.staff, _week_later(shift.since), _week_later(shift.until))


def week_of(day: date) -> Period:
    """The week that a day is in, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return clock.days(monday, monday + WEEK - timedelta(days=1))


def _week_later(at: Ms) -> Ms:
    hours, minutes = clock.local_minute(at).split(":")
    moved = clock.at_time(clock.local_day(at) + WEEK, time(int(hours), int(minutes)))
    return Ms(moved + at % clock.MINUTE_MS)


def _empty(serving: Sequence[Shift], ahead: Period) -> list[Period]:
    """The parts of that time in which none of these shifts is."""
    left, end = ahead.since, _end(ahead)
    found = list[Period]()
    for one in sorted(serving, key=lambda shift: shift.since):
        if one.since > left and left < end:
            found.append(Period(left, min(one.since, end)))
        left = max(left, one.until)
    if left < end:
        found.append(Period(left, end))
    return found


def _days(of: Period) -> list[date]:
    first, last = clock.local_day(of.since), clock.local_day(Ms(_end(of) - 1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _end(of: Period) -> Ms:
    if of.until is None:
        raise Refused("no-end", "Say until when the rota is asked about.")
    return of.until
