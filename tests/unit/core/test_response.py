"""How soon someone must look at an alert, and who is next (design §1.7)."""

import pytest

from offmon.core.clock import DAY_MS, HOUR_MS
from offmon.core.event import Gravity
from offmon.core.ids import Ms
from offmon.core.response import GRAVEST, RESPONSE_MS, Holder, check_reachable, due, graver, passes_on
from offmon.core.states import AlertState
from tests.unit.core.samples import NOW, code_of

EVERYONE = dict.fromkeys(Gravity, "the duty desk")


def test_the_graver_the_sooner() -> None:
    assert set(GRAVEST) == set(RESPONSE_MS) == set(Gravity)
    assert [RESPONSE_MS[gravity] for gravity in GRAVEST] == [HOUR_MS, DAY_MS, 7 * DAY_MS]
    assert graver(Gravity.STANDARD, Gravity.HIGH) is Gravity.HIGH
    assert graver(Gravity.URGENT, Gravity.HIGH) is Gravity.URGENT


@pytest.mark.parametrize(
    ("on_call", "inspector", "refused"),
    [
        (EVERYONE, "Inspector on duty", None),
        *(({**EVERYONE, gravity: " "}, "Inspector on duty", "no-out-of-hours") for gravity in Gravity),
        *(
            ({one: "x" for one in Gravity if one is not gravity}, "Inspector on duty", "no-out-of-hours")
            for gravity in Gravity
        ),
        (EVERYONE, "", "no-out-of-hours"),
    ],
)
def test_someone_is_there_for_each_gravity_and_behind_them(
    on_call: dict[Gravity, str], inspector: str, refused: str | None
) -> None:
    assert code_of(check_reachable, on_call, inspector) == refused


@pytest.mark.parametrize(
    ("holder", "state", "seen", "late_ms", "passes"),
    [
        (Holder.OWNER, AlertState.OPEN, False, 0, True),
        (Holder.OWNER, AlertState.OPEN, False, -1, False),
        (Holder.SUPERVISOR, AlertState.OPEN, False, 0, True),
        (Holder.DUTY_INSPECTOR, AlertState.OPEN, False, DAY_MS, False),
        (Holder.OWNER, AlertState.OPEN, True, DAY_MS, False),
        (Holder.OWNER, AlertState.IN_REVIEW, False, 0, True),
        (Holder.OWNER, AlertState.DECIDED, False, DAY_MS, False),
    ],
)
@pytest.mark.parametrize("gravity", Gravity)
def test_when_it_goes_to_the_next_person(
    holder: Holder, state: AlertState, gravity: Gravity, late_ms: int, *, seen: bool, passes: bool
) -> None:
    at = Ms(due(gravity, NOW) + late_ms)
    assert passes_on(holder, state, gravity, NOW, at, seen=seen) is passes
