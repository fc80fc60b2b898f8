"""What the codes of permissions and exclusions are called (`core.authority.silence`)."""

from typing import Final

from offmon.core.authority.permission import AskedHow
from offmon.core.authority.silence import Silence, SilenceReason, Week
from offmon.server.faces.console import words
from offmon.server.orders.silences.queries import SilenceView

REASON: Final = {
    SilenceReason.RELIGION: "Religion",
    SilenceReason.WORK: "Work",
    SilenceReason.EDUCATION: "Education",
    SilenceReason.ORDER: "Another order",
}
ASKED: Final = {
    AskedHow.IN_PERSON: "In person",
    AskedHow.PHONE: "By phone",
    AskedHow.WRITTEN: "In writing",
    AskedHow.REPRESENTATIVE: "Through a solicitor or another representative",
}
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def week(one: Week) -> str:
    """“Monday, Friday, 09:00 to 17:00”."""
    days = ", ".join(DAYS[day - 1] for day in one.days)
    return f"{days}, {_time(one.since)} to {_time(one.until)}"


def where(one: Silence) -> str:
    """What an exclusion is of."""
    return one.site or (week(one.week) if one.week is not None else "")


def period(one: Silence) -> str:
    """From when to when a permission holds."""
    until = "" if one.period.until is None else f" to {words.when(one.period.until)}"
    return f"{words.when(one.period.since)}{until}"


def line(view: SilenceView) -> str:
    """An exclusion, or that none is claimed, in one line."""
    one = view.silence
    asked = f"asked on {words.written_day(view.asked_on)}" if view.asked_on else ""
    return f"None claimed, {asked}" if one is None else f"{REASON[one.why]}: {where(one)}. {one.said} ({asked})"


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
