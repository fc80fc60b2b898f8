"""Why monitoring stands still or ends: each reason is one of one move (requirements §0.3)."""

import pytest

from offmon.core.authority.standstill import REASONS, Why, check_why
from offmon.core.moves import DEPLOYMENT
from offmon.core.states import DeploymentState
from tests.unit.core.samples import code_of


@pytest.mark.parametrize("to", DeploymentState)
@pytest.mark.parametrize("why", Why)
def test_a_reason_is_one_of_its_move(to: DeploymentState, why: Why) -> None:
    assert code_of(check_why, to, why) == (None if why in REASONS.get(to, ()) else "other-reason")


def test_each_reason_is_one_of_exactly_one_move_and_each_move_is_in_the_table() -> None:
    assert sorted(one for reasons in REASONS.values() for one in reasons) == sorted(Why)
    for to in REASONS:
        assert to in DEPLOYMENT[DeploymentState.ACTIVE] & DEPLOYMENT[DeploymentState.NOTICE_SERVED]
