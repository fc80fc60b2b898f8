"""Days in London, asked when they are needed: a run may go on past midnight."""

from datetime import date, timedelta

from offmon.core import clock
from tests.support.fake_device import now


def in_days(days: int) -> date:
    """The day so many days from today; before today, where it is negative."""
    return clock.local_day(now()) + timedelta(days=days)


def today() -> date:
    return in_days(0)
