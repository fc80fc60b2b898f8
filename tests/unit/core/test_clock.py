"""Time: last days in London, summer and winter, and half-open periods (R-LEG-6; appendix G)."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

import offmon.core
from offmon.core import clock
from offmon.core.clock import Period, days, end_of_day, local_day, start_of_day
from offmon.core.ids import Ms
from tests.unit.core.samples import code_of, on


@pytest.mark.parametrize(
    ("last_day", "over_at", "hours"),
    [
        (date(2026, 1, 31), "2026-02-01T00:00:00.000Z", 24),  # winter
        (date(2026, 3, 28), "2026-03-29T00:00:00.000Z", 24),  # the eve of summer time
        (date(2026, 3, 29), "2026-03-29T23:00:00.000Z", 23),  # summer time begins: an hour less
        (date(2026, 7, 31), "2026-07-31T23:00:00.000Z", 24),  # summer
        (date(2026, 10, 24), "2026-10-24T23:00:00.000Z", 24),  # the eve of winter time
        (date(2026, 10, 25), "2026-10-26T00:00:00.000Z", 25),  # winter time begins: an hour more
        (date(2026, 12, 31), "2027-01-01T00:00:00.000Z", 24),  # a year's end
        (date(2028, 2, 29), "2028-03-01T00:00:00.000Z", 24),  # a leap day
    ],
)
def test_a_last_day_runs_to_its_end_in_london(last_day: date, over_at: str, hours: int) -> None:
    assert clock.utc_text(end_of_day(last_day)) == over_at
    assert end_of_day(last_day) - start_of_day(last_day) == hours * clock.HOUR_MS
    assert local_day(Ms(end_of_day(last_day) - 1)) == last_day
    assert local_day(end_of_day(last_day)) > last_day


def test_a_period_is_half_open() -> None:
    period = Period(Ms(10), Ms(20))
    assert [at for at in (9, 10, 19, 20) if at in period] == [10, 19]
    assert 10**15 in Period(Ms(10), None)
    assert "10" not in period


def test_a_period_with_nothing_in_it_is_refused() -> None:
    for until in (9, 10):
        assert code_of(Period, Ms(10), Ms(until)) == "empty-period"
    assert code_of(days, date(2026, 1, 2), date(2026, 1, 1)) == "empty-period"


def test_the_last_day_of_the_calendar_is_refused_and_is_no_overflow() -> None:
    assert end_of_day(date(9999, 12, 30)) == start_of_day(date.max)
    for ask in (lambda: end_of_day(date.max), lambda: days(date(2026, 1, 1), date.max)):
        assert code_of(ask) == "no-next-day"


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Period(Ms(1), Ms(5)), Period(Ms(3), Ms(9)), Period(Ms(3), Ms(5))),
        (Period(Ms(1), None), Period(Ms(3), Ms(9)), Period(Ms(3), Ms(9))),
        (Period(Ms(1), None), Period(Ms(3), None), Period(Ms(3), None)),
        (Period(Ms(1), Ms(3)), Period(Ms(3), Ms(9)), None),
        (Period(Ms(1), Ms(2)), Period(Ms(3), Ms(9)), None),
    ],
)
def test_overlaps(one: Period, other: Period, both: Period | None) -> None:
    assert one.overlap(other) == both
    assert other.overlap(one) == both


def test_days_make_a_period() -> None:
    winter = days(date(2026, 1, 1), date(2026, 3, 28))
    later = days(date(2026, 4, 1), None)
    assert (winter.since, winter.until, later.until) == (on(2026, 1, 1), on(2026, 3, 29), None)


@pytest.mark.parametrize(("at", "says"), [(1_781_006_400_000, "13:00"), (1_800_000_000_000, "08:00")])
def test_the_minute_is_londons_in_summer_and_in_winter(at: int, says: str) -> None:
    assert clock.local_minute(Ms(at)) == says


def test_the_time_zone_that_travels_with_the_code_is_the_one_that_this_machine_has() -> None:
    """Red where the law of summer time has changed since: take the new file, and say so in docs/adr/0002-dependencies.md."""
    with files(offmon.core).joinpath("london.tzif").open("rb") as file:
        ours = ZoneInfo.from_file(file)
    theirs, began = ZoneInfo("Europe/London"), datetime(1970, 1, 1, 1, tzinfo=UTC)
    hours = (began + timedelta(hours=12 * n) for n in range(2 * 366 * 100))
    assert [at for at in hours if at.astimezone(ours).utcoffset() != at.astimezone(theirs).utcoffset()] == []
