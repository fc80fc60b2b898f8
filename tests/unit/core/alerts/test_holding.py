"""To whom an alert goes, in which turn, and when it goes on (issue 20)."""

import pytest

from offmon.core.alerts import holding
from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.escalation import RESPONSE_MS
from offmon.core.alerts.holding import ACKNOWLEDGE_MS, ROUND, next_turn
from offmon.core.alerts.times import DESIGN
from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Ms
from offmon.core.states import AlertState
from tests.prove.markers import proves
from tests.unit.core.samples import NOW, ident

ASH, BIRCH, CEDAR, DAMSON, OAK = map(ident, ("ash", "birch", "cedar", "damson", "oak"))
FIRST, SECOND, SUPERVISOR, INSPECTOR = ROUND
EVERYBODY = {FIRST: BIRCH, SECOND: CEDAR, SUPERVISOR: DAMSON, INSPECTOR: OAK}


def test_whoever_it_came_to_has_less_time_to_answer_than_to_decide() -> None:
    assert set(ACKNOWLEDGE_MS) == set(Gravity)
    assert all(ACKNOWLEDGE_MS[one] < RESPONSE_MS[one] for one in Gravity)


@pytest.mark.parametrize(
    ("now", "has_it", "on", "turn"),
    [
        (Holder.OWNER, ASH, EVERYBODY, (FIRST, BIRCH, ())),
        (FIRST, BIRCH, EVERYBODY, (SECOND, CEDAR, ())),
        (SECOND, CEDAR, EVERYBODY, (SUPERVISOR, DAMSON, ())),
        (SUPERVISOR, DAMSON, EVERYBODY, (INSPECTOR, OAK, ())),
        (INSPECTOR, OAK, EVERYBODY, (FIRST, BIRCH, ())),  # and round again: it is never lost
        (Holder.OWNER, ASH, {SUPERVISOR: DAMSON}, (SUPERVISOR, DAMSON, (FIRST, SECOND))),
        (Holder.OWNER, ASH, {}, (INSPECTOR, None, (FIRST, SECOND, SUPERVISOR))),
        (INSPECTOR, None, {}, (INSPECTOR, None, (FIRST, SECOND, SUPERVISOR))),
        (INSPECTOR, OAK, {SUPERVISOR: DAMSON}, (SUPERVISOR, DAMSON, (FIRST, SECOND))),
        (Holder.OWNER, ASH, {FIRST: ASH, SECOND: CEDAR}, (SECOND, CEDAR, ())),  # who has it already is no next person
        (INSPECTOR, OAK, {SECOND: OAK, SUPERVISOR: DAMSON}, (SUPERVISOR, DAMSON, (FIRST,))),
        (SUPERVISOR, DAMSON, {INSPECTOR: DAMSON}, (INSPECTOR, DAMSON, ())),
    ],
)
def test_it_goes_round_and_passes_over_only_where_nobody_is_on(
    now: Holder, has_it: Id | None, on: dict[Holder, Id | None], turn: tuple[Holder, Id | None, tuple[Holder, ...]]
) -> None:
    assert next_turn(now, has_it, on) == turn


@pytest.mark.parametrize(
    ("held", "risen", "answered", "since", "times"),
    [
        (100, 0, None, 100, ACKNOWLEDGE_MS),  # nobody answered
        (100, 0, 99, 100, ACKNOWLEDGE_MS),  # the one before did, and did not decide
        (100, 0, 101, 100, RESPONSE_MS),  # answered: it must be decided
        (100, 105, 101, 105, ACKNOWLEDGE_MS),  # graver since the answer: answered anew
        (100, 105, 105, 105, ACKNOWLEDGE_MS),
        (100, 105, 106, 105, RESPONSE_MS),
        (100, 105, None, 100, ACKNOWLEDGE_MS),  # graver takes no time off whoever has not answered
    ],
)
@proves(
    "S185",
    holding.goes_on_at,
    disabled=lambda gravity, held_since, risen_at, answered_at, times=DESIGN: Ms(held_since + 10**15),
)
def test_to_acknowledge_is_not_to_decide(
    held: int, risen: int, answered: int | None, since: int, times: dict[Gravity, int]
) -> None:
    for gravity in Gravity:
        found = holding.goes_on_at(gravity, Ms(held), Ms(risen), None if answered is None else Ms(answered))
        assert found == since + times[gravity]


@pytest.mark.parametrize(
    ("state", "gravity", "late_ms", "empty", "passes"),
    [
        (AlertState.OPEN, Gravity.HIGH, 0, False, True),
        (AlertState.OPEN, Gravity.HIGH, -1, False, False),
        (AlertState.IN_REVIEW, Gravity.HIGH, 0, False, True),
        (AlertState.DECIDED, Gravity.URGENT, HOUR_MS, True, False),
        (AlertState.OPEN, Gravity.URGENT, -MINUTE_MS, True, True),  # at 02:00 it does not wait at an empty desk
        (AlertState.OPEN, Gravity.HIGH, -MINUTE_MS, True, False),
    ],
)
@proves("S26", holding.passes_on, disabled=lambda *_given, **_named: False)
def test_when_it_goes_to_the_next_person(
    state: AlertState, gravity: Gravity, late_ms: int, *, empty: bool, passes: bool
) -> None:
    assert holding.passes_on(state, gravity, NOW, Ms(NOW + late_ms), at_an_empty_desk=empty) is passes
