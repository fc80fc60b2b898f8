"""Which step of a new case can be done, and when."""

import pytest

from offmon.core.authority.beginning import RULES, Standing, Step, has_begun, standing

FIRST = frozenset({Step.ORDER, Step.CONDITION})


@pytest.mark.parametrize(
    ("done", "now"),
    [
        (frozenset(), {Step.ORDER}),
        (FIRST, {Step.CONFIRMED, Step.DRAFTED}),
        (FIRST | {Step.DRAFTED}, {Step.CONFIRMED}),
        (FIRST | {Step.DRAFTED, Step.CONFIRMED}, {Step.AUTHORISED}),
        (FIRST | {Step.DRAFTED, Step.CONFIRMED, Step.AUTHORISED}, {Step.KEY, Step.NOTICE}),
        (FIRST | {Step.DRAFTED, Step.CONFIRMED, Step.AUTHORISED, Step.NOTICE, Step.SERVED}, {Step.KEY}),
        (frozenset(Step) - {Step.PROFILE, Step.SEEN}, {Step.PROFILE}),
        (frozenset(Step) - {Step.AUTHORISED, Step.SEEN}, {Step.AUTHORISED}),
        (frozenset(Step) - {Step.SEEN}, {Step.SEEN}),
    ],
)
def test_what_can_be_done_now_is_what_the_law_lets(done: frozenset[Step], now: set[Step]) -> None:
    stands = standing(done)
    assert {step for step, one in stands.items() if one is Standing.NOW} == now
    assert {step for step, one in stands.items() if one is Standing.DONE} == done
    assert not has_begun(done)


def test_each_step_can_be_reached_and_the_last_ends_it() -> None:
    done: frozenset[Step] = frozenset()
    while ready := {step for step, one in standing(done).items() if one is Standing.NOW}:
        done |= ready
    assert has_begun(done)
    assert done == RULES.keys()
