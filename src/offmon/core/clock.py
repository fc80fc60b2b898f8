"""Time as the rules see it: integer milliseconds UTC, and half-open periods.

Rules
- A period is `[from, until)`. `until` may be open (`None`): an order "until further order" (SA20 s.347). The lease of a profile still ends
  (design §1.2).
- A last day ends at the following midnight, Europe/London, given as UTC (R-LEG-6). So an order "to 31 March" includes that day, in summer
  time and winter time.
- Summer time comes from the machine's own time zone database, which follows the law. A machine without one (python.org's Python on Windows)
  uses `london.tzif` beside this module (docs/adr/0002-dependencies.md). Without both, nothing runs.
- No function here reads a clock: `now()` is in `server/base/clock.py` and `agent/clock.py`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from offmon.core.errors import Malformed
from offmon.core.ids import Ms

_LONDON: Final = "Europe/London"


def _london() -> ZoneInfo:
    """Raises ZoneInfoNotFoundError where neither is there."""
    try:
        return ZoneInfo(_LONDON)
    except ZoneInfoNotFoundError:
        from importlib.resources import files  # noqa: PLC0415 - it takes a megabyte, which a device need not hold

        ours = files(__package__).joinpath("london.tzif")
        if not ours.is_file():
            raise
        with ours.open("rb") as file:
            return ZoneInfo.from_file(file, _LONDON)


LONDON = _london()
SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open `[since, until)` in milliseconds UTC; `until` None is open-ended."""

    since: Ms
    until: Ms | None

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.since:
            raise Malformed("empty-period", "A period ends before it begins. Check the dates of the document.")

    def __contains__(self, at: object) -> bool:
        return isinstance(at, int) and self.since <= at and (self.until is None or at < self.until)

    def overlap(self, other: "Period") -> "Period | None":
        """The time in both, or None where they do not meet."""
        since = max(self.since, other.since)
        ends = [end for end in (self.until, other.until) if end is not None]
        until = min(ends) if ends else None
        return None if until is not None and until <= since else Period(since, until)


def start_of_day(day: date) -> Ms:
    """The instant at which `day` begins in Europe/London."""
    return at_time(day, time.min)


def at_time(day: date, clock_time: time) -> Ms:
    """The instant of a day and a time of day in Europe/London. A time that the change to summer time skips is the same distance later."""
    return Ms(int(datetime.combine(day, clock_time, LONDON).astimezone(UTC).timestamp() * 1000))


def end_of_day(day: date) -> Ms:
    """The instant at which `day` is over in Europe/London: the following midnight. Raises Malformed for the last day of the calendar."""
    if day == date.max:
        raise Malformed("no-next-day", "The calendar has no day after this one. Correct the year.")
    return start_of_day(day + timedelta(days=1))


def days(first: date, last: date | None) -> Period:
    """The period from the first moment of `first` to the end of the last day `last` (None: open-ended)."""
    return Period(start_of_day(first), None if last is None else end_of_day(last))


def utc_text(at: Ms) -> str:
    """RFC 3339 in UTC with milliseconds, for people and reports."""
    return _utc(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_day(at: Ms) -> date:
    """The day it is in Europe/London at that instant."""
    return _utc(at).astimezone(LONDON).date()


def local_minute(at: Ms) -> str:
    """The minute of the day in Europe/London at that instant: `14:05`."""
    return _utc(at).astimezone(LONDON).strftime("%H:%M")


def _utc(at: Ms) -> datetime:
    return _EPOCH + timedelta(milliseconds=at)  # whole numbers: a float would lose milliseconds of far dates


def london_text(at: Ms) -> str:
    """The time it is in Europe/London at that instant, to the second: `2026-07-01 13:00:00`."""
    return datetime.fromtimestamp(at // 1000, LONDON).strftime("%Y-%m-%d %H:%M:%S")
