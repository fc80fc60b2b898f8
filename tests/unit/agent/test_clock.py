"""How far the device's clock is trusted (formats §6)."""

import pytest

from offmon.agent.clock import MAX_STEP_BACK_MS, NOISE_MS, Timekeeper
from offmon.core.clock import DAY_MS, HOUR_MS
from offmon.core.ids import Ms

NOON = Ms(1_800_000_000_000)


@pytest.mark.parametrize(
    ("raw", "set_back"),
    [
        (NOON, False),
        (NOON + 1, False),
        (NOON + DAY_MS, False),
        (NOON - 1, False),
        (NOON - MAX_STEP_BACK_MS, False),
        (NOON - MAX_STEP_BACK_MS - 1, True),
        (NOON - DAY_MS, True),
    ],
)
def test_a_step_back_of_more_than_five_minutes_is_not_believed(raw: int, *, set_back: bool) -> None:
    assert Timekeeper(NOON).see(Ms(raw)).set_back is set_back


def test_many_small_steps_back_add_up() -> None:
    time = Timekeeper(NOON)
    for step in range(1, 7):
        time = time.see(Ms(NOON - step * (MAX_STEP_BACK_MS // 5)))
    assert time.set_back


def test_going_forward_again_does_not_help_and_a_signed_time_does() -> None:
    back = Timekeeper(NOON).see(Ms(NOON - HOUR_MS)).see(NOON)
    assert back.set_back
    told = back.told(Ms(NOON - HOUR_MS), NOON)
    assert not told.set_back
    assert told.offset_ms == HOUR_MS
    assert told.correct(Ms(NOON - HOUR_MS)) == NOON
    assert not told.see(Ms(NOON - HOUR_MS + 5)).set_back


@pytest.mark.parametrize(
    ("off", "offset"), [(0, 0), (NOISE_MS, 0), (-NOISE_MS, 0), (NOISE_MS + 1, NOISE_MS + 1), (-HOUR_MS, -HOUR_MS)]
)
def test_what_the_way_took_is_no_offset(off: int, offset: int) -> None:
    assert Timekeeper(NOON).told(NOON, Ms(NOON + off)).offset_ms == offset
