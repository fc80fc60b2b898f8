"""Each alert is looked at in its time, or went on in time to somebody who answered; the rest are exceptions (issue 20)."""

from dataclasses import replace

import pytest

from offmon.core.alerts import in_time
from offmon.core.alerts.in_time import LATE_MS, Attention, Told, attention, missed_from
from offmon.core.alerts.times import DESIGN
from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms
from tests.prove.markers import proves
from tests.unit.core.samples import ident

ASH = ident("ash")
RAISED = Ms(1_000_000)
LOOKED, REACHED, MISSED, WAITING = Attention
LATE = LATE_MS // MINUTE_MS  # an urgent alert is to be acknowledged in 15 minutes, and may go on 2 minutes late


def minutes(number: float) -> Ms:
    return Ms(int(RAISED + number * MINUTE_MS))


@pytest.mark.parametrize(
    ("answers", "told", "nobody", "at", "expected"),
    [
        # Nobody did anything.
        ([], [], [], 0, WAITING),
        ([], [], [], 15, WAITING),
        ([], [], [], 15 + LATE, WAITING),
        ([], [], [], 15 + LATE + 0.001, MISSED),
        # Looked at.
        ([0.001], [], [], 60, LOOKED),
        ([15], [], [], 60, LOOKED),
        ([15.001], [], [], 60, MISSED),  # late, and it never went on
        ([0], [], [], 60, MISSED),  # in the millisecond in which it was raised
        ([-5], [], [], 60, MISSED),  # before it became so grave
        ([90], [], [], 60, MISSED),  # later than is asked about
        ([90, 5], [], [], 120, LOOKED),
        ([5], [1], [], 60, LOOKED),  # out of hours it went on at once
        # Passed on.
        ([], [15], [], 20, WAITING),
        ([20], [15], [], 60, REACHED),
        ([30], [15], [], 60, REACHED),
        ([30 + LATE], [15], [], 60, REACHED),
        ([31 + LATE], [15], [], 60, MISSED),  # it should have gone on again
        ([31 + LATE], [15, 30], [], 60, REACHED),
        ([40], [30, 15], [], 60, REACHED),
        ([20], [15 + LATE], [], 60, REACHED),
        ([20], [16 + LATE], [], 60, MISSED),  # it went on too late
        ([50], [15, 30 + LATE, 46], [], 60, REACHED),
        ([50], [15, 46], [], 60, MISSED),
        ([], [15, 30, 45], [], 61, WAITING),
        ([], [15, 30, 45], [], 63, MISSED),
        # To nobody by name.
        ([20], [], [15], 60, MISSED),
        ([], [], [15], 16, WAITING),
        ([40], [30], [15], 60, MISSED),
        ([20], [15], [15], 60, REACHED),
        # A hand-over after the answer, or before it became so grave, is not asked about.
        ([16], [17], [], 60, MISSED),
        ([16], [-1], [], 60, MISSED),
    ],
)
@proves("S201", in_time.attention, disabled=lambda gravity, grave_since, answers, told, at, *, times=DESIGN: LOOKED)
def test_an_alert_is_looked_at_or_goes_on_in_time_or_is_an_exception(
    answers: list[float], told: list[float], nobody: list[float], at: float, expected: Attention
) -> None:
    turns = [Told(minutes(one), ASH) for one in told] + [Told(minutes(one), None) for one in nobody]
    assert attention(Gravity.URGENT, RAISED, map(minutes, answers), turns, minutes(at)) is expected


@pytest.mark.parametrize(
    ("gravity", "allowed"), [(Gravity.URGENT, 15), (Gravity.HIGH, 240), (Gravity.STANDARD, 3 * 1440)]
)
def test_each_gravity_has_its_own_time(gravity: Gravity, allowed: int) -> None:
    assert attention(gravity, RAISED, [minutes(allowed)], [], minutes(10_000)) is LOOKED
    assert attention(gravity, RAISED, [minutes(allowed + 1)], [], minutes(10_000)) is MISSED


def test_and_the_agencys() -> None:
    quick = replace(DESIGN, urgent_acknowledge=5)
    assert attention(Gravity.URGENT, RAISED, [minutes(6)], [], minutes(60), times=quick) is MISSED


def test_an_exception_says_from_when_on_nobody_was_told() -> None:
    assert missed_from(Gravity.URGENT, RAISED, []) == minutes(15)
    turns = [Told(minutes(15), ASH), Told(minutes(30), None), Told(minutes(60), ASH)]
    assert missed_from(Gravity.URGENT, RAISED, turns) == minutes(30)
    assert missed_from(Gravity.HIGH, RAISED, turns) == minutes(60) + 4 * HOUR_MS
