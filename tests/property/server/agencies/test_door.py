"""Whatever code is typed, however often: no step counts twice, and a wait has its bounds (R-SEC-10; ASVS 5.0 §6)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.access.throttle import LONGEST_MS, wait_of
from offmon.core.clock import DAY_MS
from offmon.core.ids import Ms
from offmon.server.agencies.authentication.codes import NEVER, STEP_MS, code_of, grouped, matching_step, plain, step_of
from tests.unit.server.agencies.test_door import AT, SECRET


@given(st.lists(st.tuples(st.integers(0, 20 * STEP_MS), st.integers(-3, 3)), max_size=30))
def test_no_step_is_ever_used_twice(tries: list[tuple[int, int]]) -> None:
    """Whatever is tried when, with a clock that only goes on: the steps that count rise."""
    used = [NEVER]
    for later, off in sorted(tries):
        at = Ms(AT + later)
        step = matching_step(SECRET, code_of(SECRET, step_of(at) + off), used[-1], at)
        if step is not None:
            used.append(step)
    assert used == sorted(set(used))


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", max_size=40))
def test_what_is_shown_in_groups_reads_back(text: str) -> None:
    assert plain(grouped(text).lower()) == plain(grouped(text).replace(" ", "-")) == text


@given(st.lists(st.integers(-DAY_MS, 2 * DAY_MS), max_size=40), st.integers(0, DAY_MS))
def test_a_wait_is_bounded_and_in_no_order(failed: list[int], now: int) -> None:
    failures = [Ms(AT + one) for one in failed]
    wait = wait_of(failures, Ms(AT + now))
    assert 0 <= wait <= LONGEST_MS
    assert wait == wait_of(reversed(failures), Ms(AT + now))
