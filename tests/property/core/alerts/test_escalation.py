"""An alert never escalates before its time, whatever the times are (design §1.7)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.alerts.escalation import RESPONSE_MS, Holder, passes_on, waits_since
from offmon.core.clock import DAY_MS
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms
from offmon.core.states import AlertState
from tests.unit.core.samples import NOW


@given(gravity=st.sampled_from(Gravity), waited=st.integers(0, 30 * DAY_MS))
def test_it_never_goes_before_its_time_and_stops_at_the_inspector(gravity: Gravity, waited: int) -> None:
    at = Ms(NOW + waited)
    on = [holder for holder in Holder if passes_on(holder, AlertState.OPEN, gravity, NOW, at)]
    assert on == ([Holder.OWNER, Holder.SUPERVISOR] if waited >= RESPONSE_MS[gravity] else [])


@given(held=st.integers(0, 9), risen=st.integers(0, 9), looked=st.none() | st.integers(0, 9))
def test_it_waits_for_whoever_has_it_since_they_could_have_looked(held: int, risen: int, looked: int | None) -> None:
    since = waits_since(Ms(held), Ms(risen), None if looked is None else Ms(looked))
    assert (since is None) == (looked is not None and looked > risen)
    if since is not None:
        assert since in {held, risen}
        assert since >= held
