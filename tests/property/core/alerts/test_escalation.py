"""An alert waits for whoever has it, and never goes round faster than they have time (design §1.7; issue 20)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.escalation import waits_since
from offmon.core.alerts.holding import ACKNOWLEDGE_MS, ROUND, goes_on_at, next_turn
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms
from tests.unit.core.samples import ident

PEOPLE = st.none() | st.sampled_from([ident("ash"), ident("birch"), ident("oak")])


@given(
    gravity=st.sampled_from(Gravity),
    held=st.integers(0, 9),
    risen=st.integers(0, 9),
    answered=st.none() | st.integers(0, 9),
)
def test_whoever_has_it_always_has_their_own_time(
    gravity: Gravity, held: int, risen: int, answered: int | None
) -> None:
    on = goes_on_at(gravity, Ms(held), Ms(risen), None if answered is None else Ms(answered))
    assert on >= held + ACKNOWLEDGE_MS[gravity]


@given(on=st.fixed_dictionaries(dict.fromkeys(ROUND, PEOPLE)), has_it=PEOPLE, now=st.sampled_from(Holder))
def test_there_is_always_a_next_turn_and_it_reaches_the_inspector(
    on: dict[Holder, str | None], has_it: str | None, now: Holder
) -> None:
    turns = list[Holder]()
    for _ in ROUND:
        now, has_it, _nobody = next_turn(now, has_it, on)  # type: ignore[arg-type]
        turns.append(now)
    assert Holder.DUTY_INSPECTOR in turns
    assert Holder.OWNER not in turns


@given(held=st.integers(0, 9), risen=st.integers(0, 9), looked=st.none() | st.integers(0, 9))
def test_it_waits_for_whoever_has_it_since_they_could_have_looked(held: int, risen: int, looked: int | None) -> None:
    since = waits_since(Ms(held), Ms(risen), None if looked is None else Ms(looked))
    assert (since is None) == (looked is not None and looked > risen)
    if since is not None:
        assert since in {held, risen}
        assert since >= held
