"""By when the person's requests must be answered (DPA 2018 ss.45 to 48, 54, 164A; Reg 1182/71 Art 3; R-DPA-25, R-DPA-35).

Rules
- A request is answered by the same date of the next month, or by that month's last day if it has no such date. A last day that is not a
  working day moves to the next working day.
- An objection and a request for review have the same month (ss.46 to 48). A person need not know the right name.
- A complaint is acknowledged within 30 days, counting the day of receipt. The law moves no last day here.
- A working day is Monday to Friday and no bank holiday of England and Wales. A holiday proclaimed only once is not known here. It would
  make an answer due later, so the date shown is at worst early.
- The clock starts on the day of receipt by any channel: portal, phone, letter or in person. The day of recording does not matter
  (R-RGT-12).
- The month may be extended once by two more, if the person is told so, with reasons, within the first month (s.54). That first month does
  not move to a working day, so that no notice is late. A complaint cannot be extended.
- Not here yet: a pause while a request is clarified.
"""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from offmon.core.errors import Refused

_ACKNOWLEDGED_DAYS: Final = 30
_MORE_MONTHS: Final = 2
_SATURDAY: Final = 5


class RequestKind(StrEnum):
    """What a person may ask for in the portal."""

    DATA = "data"
    OBJECTION = "objection"
    COMPLAINT = "complaint"
    REVIEW = "review"
    DEVICE = "device"


class Channel(StrEnum):
    """By which way a request came, or an answer went."""

    PORTAL = "portal"
    PHONE = "phone"
    LETTER = "letter"
    EMAIL = "email"
    IN_PERSON = "in_person"


class RequestOutcome(StrEnum):
    """What came of an objection or a complaint, or of any request that may be turned down."""

    AGREED = "agreed"
    PARTLY = "partly"
    NOT_AGREED = "not_agreed"


class RequestStage(StrEnum):
    """What is done with a request after it was received, in this order; each at most once."""

    TAKEN_DOWN = "taken_down"
    TAKEN_UP = "taken_up"
    SHARED = "shared"
    EXTENDED = "extended"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Due:
    """The last day. `acknowledged`: for saying that it arrived; otherwise for the answer itself."""

    day: date
    acknowledged: bool


def due(kind: RequestKind, received: date, *, extended: bool = False) -> Due:
    """By when a request that was received on that day is answered, or acknowledged."""
    if kind is RequestKind.COMPLAINT:
        return Due(received + timedelta(days=_ACKNOWLEDGED_DAYS - 1), acknowledged=True)
    months = 1 + (_MORE_MONTHS if extended else 0)
    return Due(next_working_day(months_after(received, months)), acknowledged=False)


def still_due(kind: RequestKind, received: date, done: Collection[RequestStage]) -> Due | None:
    """What is due yet of a request; None once it was answered, and for a complaint once it was acknowledged by being taken up.

    A complaint's own answer has no day in law: it is due without undue delay (s.164A).
    """
    if RequestStage.ANSWERED in done or (kind is RequestKind.COMPLAINT and RequestStage.TAKEN_UP in done):
        return None
    return due(kind, received, extended=RequestStage.EXTENDED in done)


def check_extendable(kind: RequestKind, received: date, told: date, reasons: str) -> None:
    """Raises Refused unless the person may be told on that day that their answer takes two months more (R-DPA-25)."""
    if kind is RequestKind.COMPLAINT:
        raise Refused("no-extension", "You must answer a complaint without undue delay. The law gives no extension.")
    if not reasons.strip():
        raise Refused("no-reasons", "Enter the reasons that you gave the person.")
    if told > months_after(received, 1):
        raise Refused("extension-late", "The first month is over, so you cannot extend it. Answer it now.")


def check_received(received: date, today: date) -> None:
    """Raises Refused unless something may have been received on that day."""
    if received > today:
        raise Refused("not-received-yet", "The day of receipt must be today or in the past.")


def months_after(day: date, months: int) -> date:
    """The same date so many months later, or the last day of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


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
