"""By when what the person asks for must be answered (DPA 2018 ss.45 to 48, 54, 164A; Reg 1182/71 Art 3; R-DPA-25, R-DPA-35).

Rules
- A request is answered within one month: by the same date of the next month, or its last day where it has no such date; a last day that
  is no working day rolls on to the next one.
- An objection and a request to look again have the same month: the law sets it for what they ask for (ss.46 to 48), and a person need
  not know the right name.
- A complaint is acknowledged within 30 days, that of its receipt among them; the law has no roll here.
- A working day is one of Monday to Friday that is no bank holiday of England and Wales. One that is proclaimed once is not known here: it
  would make the answer due later, so that what is shown is at worst early.
- Not here yet: a pause for what must be clarified first, and the extension by two months (s.54(3), (4)).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_ACKNOWLEDGED_DAYS: Final = 30
_SATURDAY: Final = 5


class RequestKind(StrEnum):
    """What a person may ask for in the portal."""

    DATA = "data"
    OBJECTION = "objection"
    COMPLAINT = "complaint"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Due:
    """The last day. `acknowledged`: for saying that it arrived; otherwise for the answer itself."""

    day: date
    acknowledged: bool


def due(kind: RequestKind, received: date) -> Due:
    """By when a request that was received on that day is answered, or acknowledged."""
    if kind is RequestKind.COMPLAINT:
        return Due(received + timedelta(days=_ACKNOWLEDGED_DAYS - 1), acknowledged=True)
    return Due(next_working_day(a_month_after(received)), acknowledged=False)


def a_month_after(day: date) -> date:
    """The same date of the next month, or the last day of that month."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def next_working_day(day: date) -> date:
    """That day, or the first one after it on which people work."""
    while day.weekday() >= _SATURDAY or day in bank_holidays(day.year):
        day += timedelta(days=1)
    return day


def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales that recur; one on a weekend is kept on the next free weekday."""
    easter = _easter(year)
    kept = {
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _monday(date(year, 5, 1)),
        _monday(date(year, 5, 25)),
        _monday(date(year, 8, 25)),
    }
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        substitute = day
        while substitute.weekday() >= _SATURDAY or substitute in kept:
            substitute += timedelta(days=1)
        kept.add(substitute)
    return frozenset(kept)


def _monday(first: date) -> date:
    """The first Monday on or after a day: 25 May and 25 August begin the last week that holds one."""
    return first + timedelta(days=-first.weekday() % 7)


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    century, in_century = divmod(year, 100)
    golden = year % 19
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - shift + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
