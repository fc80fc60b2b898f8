"""An order grounds nothing before the day it was made, or the conviction, whatever its dates (SA20 s.345; R-LEG-1)."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.authority.order import Instrument, check_instrument, check_past, live_period
from offmon.core.clock import DAY_MS, local_day
from offmon.core.ids import YEAR_9000_MS, Ms
from tests.unit.core.samples import LICENCE, LICENCE_TERM, NOW, SHPO, SHPO_TERM, code_of

DAYS = st.dates(date(2025, 1, 1), date(2028, 1, 1)).map(date.isoformat) | st.dates(date(1971, 1, 1)).map(date.isoformat)
TIMES = st.integers(NOW - 400 * DAY_MS, NOW + 400 * DAY_MS).map(Ms) | st.integers(0, YEAR_9000_MS - 1).map(Ms)


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    """An order or licence with any dates that a bundle may hold."""
    return replace(
        draw(st.sampled_from([SHPO, LICENCE])),
        made_on=draw(DAYS),
        convicted_on=draw(DAYS | st.none()),
        served_at=draw(TIMES),
        effective_from=draw(TIMES),
        requested_at=draw(TIMES),
    )


@given(instruments(), TIMES)
def test_nothing_is_grounded_before_it_was_made_or_the_person_was_convicted(order: Instrument, at: Ms) -> None:
    term = LICENCE_TERM if order.basis is LICENCE.basis else SHPO_TERM
    period = live_period(order, replace(term, instrument=order.id, since=Ms(0), until=None))
    if period is not None and at in period and code_of(check_instrument, order) is None:
        on = local_day(at).isoformat()
        assert order.made_on <= on
        assert (order.convicted_on or "") <= order.made_on


@given(instruments(), TIMES)
def test_nothing_lies_ahead_of_the_day_on_which_it_is_recorded(order: Instrument, at: Ms) -> None:
    if code_of(check_past, order, at) is None:
        assert max(order.made_on, order.convicted_on or "") <= local_day(at).isoformat()
        assert max(order.served_at or 0, order.requested_at or 0) <= at
