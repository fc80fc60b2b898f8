"""What each device did hour by hour, by its script, and how the hours of each London day were therefore spent.

Rules
- A spell is a time in which a device did something else than watch. All else of the night it was covered.
- Each kind of spell is of one class (`CLASS`), in the words of the issue. Minutes are exact: a script has no seconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from offmon.core.ids import Ms

LONDON: Final = ZoneInfo("Europe/London")
MINUTE: Final = 60_000
COVERED: Final = "covered"


class Spell(StrEnum):
    """What a device did instead of watching."""

    OFF = "switched off in order"
    SLEPT = "suspended"
    ENDED = "program ended by somebody"
    POWER_LOST = "power lost"
    VANISHED = "program killed, and nothing declared"
    HIDDEN = "indicator hidden"
    FULL = "queue full while the service was down"
    REMOVED = "program removed"


CLASS: Final[Mapping[Spell, str]] = {
    Spell.OFF: "off",
    Spell.SLEPT: "off",
    Spell.ENDED: "user_action",
    Spell.POWER_LOST: "device_fault",
    Spell.VANISHED: "unknown",
    Spell.HIDDEN: "user_action",
    Spell.FULL: "service_fault",
    Spell.REMOVED: "unknown",
}


@dataclass(frozen=True, slots=True, order=True)
class Away:
    """A spell of a device, `[since, until)`."""

    since: Ms
    until: Ms
    spell: Spell


def is_watching(spells: Iterable[Away], at: int, *, margin: int = 0) -> bool:
    """Whether a device watches at that instant, and so long before and after it."""
    return not any(one.since - margin <= at < one.until + margin for one in spells)


def days_between(since: Ms, until: Ms) -> list[date]:
    """Each London day of that time."""
    first, last = (datetime.fromtimestamp(at / 1000, LONDON).date() for at in (since, until - 1))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def midnight(day: date) -> int:
    """When a London day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=LONDON).timestamp() * 1000)


def spent(day: date, spells: Iterable[Away], since: Ms, until: Ms) -> dict[str, int]:
    """The minutes of a London day by class, of the part that lies between `since` and `until`."""
    begin, end = max(since, midnight(day)), min(until, midnight(day + timedelta(days=1)))
    minutes: dict[str, int] = {}
    for one in spells:
        shared = min(one.until, end) - max(one.since, begin)
        if shared > 0:
            minutes[CLASS[one.spell]] = minutes.get(CLASS[one.spell], 0) + shared // MINUTE
    minutes[COVERED] = (end - begin) // MINUTE - sum(minutes.values())
    return {of: count for of, count in minutes.items() if count}
