"""A promise holds only if each of its controls recently held (issue 3; R-SEC-4)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.public.assurance import CLOCKS_APART_MS, FRESH_MS, PROMISES, Control, ControlStanding, judge
from tests.unit.core.public.test_assurance import NOW, look


@given(
    st.dictionaries(
        st.sampled_from(Control),
        st.tuples(st.sampled_from(ControlStanding), st.integers(-2 * CLOCKS_APART_MS, FRESH_MS * 2)),
    )
)
def test_a_promise_holds_only_if_each_control_held_lately(found: dict[Control, tuple[ControlStanding, int]]) -> None:
    looks = {control: look(control, stands, NOW - age) for control, (stands, age) in found.items()}
    for promise in PROMISES:
        every = all(
            control in found
            and found[control][0] is ControlStanding.HOLDS
            and -CLOCKS_APART_MS <= found[control][1] <= FRESH_MS
            for control in promise.controls
        )
        assert (judge(promise, looks, NOW).standing is ControlStanding.HOLDS) == every
