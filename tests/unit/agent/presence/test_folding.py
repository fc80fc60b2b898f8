"""When the indicator folds and opens, as truth tables (R-LEG-31, R-RGT-3)."""

from dataclasses import replace

import pytest

from offmon.agent.presence.folding import FOLDS_AFTER_S, collects, ends_a_gap, folds
from offmon.core.clock import Period
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms
from offmon.core.person import delay
from tests.unit.agent.presence.test_details import PROFILE

WAITS = next(reason for reason in GapReason if delay.waits(reason))


@pytest.mark.parametrize(("passed", "folded"), [(0, False), (29.9, False), (FOLDS_AFTER_S, True), (1000, True)])
def test_it_folds_thirty_seconds_after_it_opened(passed: float, folded: bool) -> None:
    assert folds(7.0, 7.0 + passed) is folded


@pytest.mark.parametrize(
    ("before", "after", "over"),
    [
        (None, None, False),
        (None, GapReason.NOT_VISIBLE, False),
        (GapReason.NOT_VISIBLE, GapReason.NOT_VISIBLE, False),
        (GapReason.NOT_VISIBLE, None, True),
        (GapReason.CLOCK, GapReason.NO_PROFILE, True),
        (WAITS, None, False),
    ],
)
def test_a_gap_opens_it_once_it_is_over_and_none_that_a_finding_makes(
    before: GapReason | None, after: GapReason | None, over: bool
) -> None:
    assert ends_a_gap(before, after) is over


def test_a_permission_is_new_where_it_lets_something_else_be_collected_and_not_where_it_was_renewed() -> None:
    renewed = replace(PROFILE, version=PROFILE.version + 1, lease=Period(Ms(1), Ms(2)))
    assert collects(renewed) == collects(PROFILE)
    assert collects(replace(PROFILE, grants=PROFILE.grants[:1])) != collects(PROFILE)
    assert collects(replace(PROFILE, person_texts=PROFILE.person_texts[:1])) != collects(PROFILE)
    assert collects(None) != collects(PROFILE)
