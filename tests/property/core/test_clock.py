"""Time: no day and no millisecond is lost, whatever the date (R-LEG-6; appendix G)."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.clock import DAY_MS, HOUR_MS, end_of_day, local_day, local_minute, london_text, start_of_day, utc_text
from offmon.core.ids import YEAR_9000_MS, Ms


@given(st.dates(date(1973, 1, 1), date(2100, 1, 1)))
def test_every_day_begins_when_the_one_before_it_is_over(day: date) -> None:
    assert local_day(start_of_day(day)) == day
    assert end_of_day(day) - start_of_day(day) in (23 * HOUR_MS, DAY_MS, 25 * HOUR_MS)


@given(st.integers(0, YEAR_9000_MS - 1))
def test_no_millisecond_is_lost_in_text(at: int) -> None:
    text = utc_text(Ms(at))
    assert text.endswith("Z")
    back = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    assert (back.days * 86_400 + back.seconds) * 1000 + back.microseconds // 1000 == at


@given(st.integers(0, YEAR_9000_MS - 1).map(Ms))
def test_every_time_that_core_reads_lies_on_a_day_that_begins_and_ends(at: Ms) -> None:
    day = local_day(at)
    assert start_of_day(day) <= at < end_of_day(day)
    assert london_text(at).startswith(f"{day} {local_minute(at)}")
