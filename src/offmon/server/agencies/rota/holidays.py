"""The bank holidays of England and Wales, by the library that follows proclamations (`holidays`)."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib import import_module

from offmon.core import clock
from offmon.core.clock import Period
from offmon.core.ids import Ms


@lru_cache(maxsize=8)
def bank_holidays(year: int) -> Mapping[date, str]:
    """The days of a year on which nobody need be at their desk, and what each is called. Those of Wales are the same."""
    # Looked up when first needed: with the calendars of all the world it is a tenth of what a process imports.
    found = import_module("holidays").country_holidays("GB", subdiv="ENG", years=year)
    return {day: name.replace("(observed)", "(substitute day)") for day, name in sorted(found.items())}


def holidays_in(period: Period) -> dict[date, str]:
    """Those of a period that has an end, the soonest first."""
    first, last = clock.local_day(period.since), clock.local_day(Ms((period.until or period.since + 1) - 1))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return {day: bank_holidays(day.year)[day] for day in days if day in bank_holidays(day.year)}
