"""What the disclosure delay never lets through (design §1.6)."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from offmon.core import clock
from offmon.core.ids import Ms
from offmon.core.person.delay import shown_before

INSTANTS = st.integers(clock.start_of_day(date(2020, 1, 1)), clock.start_of_day(date(2090, 1, 1))).map(Ms)
DELAYS = st.integers(1, 28)


@given(INSTANTS, DELAYS, st.integers(0, clock.DAY_MS))
def test_nothing_is_shown_before_the_delay_is_over_and_nothing_that_was_shown_goes(at: Ms, days: int, on: int) -> None:
    least = days * clock.DAY_MS - clock.HOUR_MS  # an hour is gone on one day of the year
    assert shown_before(at, days) <= at - least
    assert shown_before(Ms(at + on), days) >= shown_before(at, days)
    assert shown_before(at, days) == clock.start_of_day(clock.local_day(shown_before(at, days)))
