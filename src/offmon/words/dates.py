"""Days and lists of things, as each language writes them."""

from offmon.core import clock
from offmon.core.ids import Ms
from offmon.words.catalogue import Language, translate


def day(language: Language, at: Ms) -> str:
    """The day it is in Europe/London at that instant: “9 June 2026”."""
    on = clock.local_day(at)
    return f"{on.day} {translate(language, f'date.month.{on.month}')} {on.year}"


def moment(language: Language, at: Ms) -> str:
    """The day and minute it is in Europe/London at that instant: “9 June 2026, 14:05”."""
    return f"{day(language, at)}, {clock.local_minute(at)}"


def last_day(language: Language, until: Ms) -> str:
    """The last day of a period that ends at `until`, which is no longer in it."""
    return day(language, Ms(until - 1))
