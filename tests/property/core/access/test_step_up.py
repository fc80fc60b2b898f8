"""Waiting never makes a step-up count again; a later step-up never counts for less (R-SEC-10)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.access.step_up import Act, was_shown
from offmon.core.clock import DAY_MS
from offmon.core.ids import Ms

INSTANTS = st.integers(0, 2 * DAY_MS).map(Ms)


@given(st.sampled_from(Act), INSTANTS, INSTANTS, st.integers(0, DAY_MS))
def test_waiting_never_makes_it_count_again(act: Act, shown: Ms, at: Ms, wait: int) -> None:
    if at >= shown and not was_shown(act, shown, at):
        assert not was_shown(act, shown, Ms(at + wait))


@given(st.sampled_from(Act), INSTANTS, INSTANTS, st.integers(0, DAY_MS))
def test_what_was_shown_later_counts_at_least_as_much(act: Act, shown: Ms, at: Ms, later: int) -> None:
    if was_shown(act, shown, at) and shown + later <= at:
        assert was_shown(act, Ms(shown + later), at)
