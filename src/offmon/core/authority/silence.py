"""A silence: a place and a time at which nothing is collected, and why (R-LEG-15, R-LEG-27).

Rules
- A *permission* is of one condition and one entry of a list, from then to then. Who gave it is named. What rests on another condition too
  is a finding as before.
- An *exclusion* is of every condition: a weekly time in Europe/London, or a site with the pages below it.
- A list's rule names one entry for the life of that list. So device, intake and verifier judge a finding by what it says in clear.
- A silence only takes away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from offmon.core import clock
from offmon.core.clock import Period
from offmon.core.ids import Count, Id, Ms, Slug


class SilenceReason(StrEnum):
    """Why there is a silence."""

    PERMISSION = "permission"
    RELIGION = "religion"
    WORK = "work"
    EDUCATION = "education"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Week:
    """A time of each week in Europe/London: days from 1 (Monday), in minutes of the day; `until` is not in it."""

    days: tuple[Count, ...]
    since: Count
    until: Count

    def __contains__(self, at: Ms) -> bool:
        hour, minute = map(int, clock.local_minute(at).split(":"))
        return clock.local_day(at).isoweekday() in self.days and self.since <= hour * 60 + minute < self.until


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """One entry of a list, in each of its versions."""

    list: Id
    rule: Slug


@dataclass(frozen=True, slots=True)
class Silence:
    """`terms`: the conditions that it is of; none: each. `entries`, `site`: where; neither: everywhere. `week`: when in `period`.

    `said`: what the person reads of it, and `said_welsh` in Welsh. `given_by`: who gave a permission.
    """

    id: Id
    why: SilenceReason
    terms: tuple[Id, ...]
    entries: tuple[ListedEntry, ...]
    site: str | None
    week: Week | None
    period: Period
    said: str
    said_welsh: str | None
    given_by: str | None

    def lies(self, at: Ms, entry: ListedEntry | None = None) -> bool:
        """Whether that time lies in it, at that entry; None: everywhere."""
        here = not (self.entries or self.site) or entry in self.entries
        return here and at in self.period and (self.week is None or at in self.week)


def is_silenced(silences: Iterable[Silence], terms: Iterable[Id], at: Ms, entry: ListedEntry | None = None) -> bool:
    """Whether what rests on all these terms lies in silences, at that entry. Of no term and no entry: whether nothing is read then."""
    live, named = [one for one in silences if one.lies(at, entry)], {*terms}
    return any(not one.terms for one in live) or (bool(named) and named <= {term for one in live for term in one.terms})
