"""An alert never goes to the next person before its time, whatever the times are (design §1.7)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.clock import DAY_MS
from offmon.core.event import Gravity
from offmon.core.ids import Ms
from offmon.core.response import RESPONSE_MS, Holder, passes_on
from offmon.core.states import AlertState
from tests.unit.core.samples import NOW


@given(gravity=st.sampled_from(Gravity), waited=st.integers(0, 30 * DAY_MS))
def test_it_never_goes_before_its_time_and_stops_at_the_inspector(gravity: Gravity, waited: int) -> None:
    at = Ms(NOW + waited)
    on = [holder for holder in Holder if passes_on(holder, AlertState.OPEN, gravity, NOW, at, seen=False)]
    assert on == ([Holder.OWNER, Holder.SUPERVISOR] if waited >= RESPONSE_MS[gravity] else [])
