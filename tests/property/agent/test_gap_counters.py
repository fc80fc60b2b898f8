"""Idle times reduce coverage exactly and are counted once, however they overlap."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from offmon.agent.gap_counters import Loss, Losses
from offmon.core import clock
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms
from tests.unit.agent.test_gap_counters import T

IDLE = (None, GapReason.NOT_VISIBLE, GapReason.CLOCK, GapReason.NO_PROFILE)


@given(st.lists(st.tuples(st.integers(1, 2 * clock.HOUR_MS), st.sampled_from(IDLE), st.booleans())))
def test_idle_time_is_covered_whole_without_overlap(steps: list[tuple[int, GapReason | None, bool]]) -> None:
    losses, declared, at = Losses(), list[Loss](), T
    expected: list[tuple[int, int, GapReason]] = []
    state: GapReason | None = None
    for wait, reason, told in steps:
        if state is not None:
            expected.append((at, at + wait, state))
        at += wait
        losses.stand_idle(reason, Ms(at))
        declared += losses.due(Ms(at), tells=told)
        state = reason
    declared += losses.due(Ms(at), all_of_it=True)
    assert sum(loss.until - loss.since for loss in declared) == sum(until - since for since, until, _ in expected)
    ends = sorted((loss.since, loss.until) for loss in declared)
    assert all(first[1] <= second[0] for first, second in pairwise(ends))
    for since, until, reason in expected:
        assert any(x.since <= since and until <= x.until and x.reason is reason for x in declared)
