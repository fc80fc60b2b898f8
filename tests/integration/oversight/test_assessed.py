"""The impact assessment's status as time passes, and where nothing collects (S29; issue 3)."""

from pathlib import Path

import pytest

from offmon.core.clock import DAY_MS, MINUTE_MS
from offmon.core.public.assurance import Control, ControlStanding
from tests.database import Database
from tests.integration.oversight.looking import do, standing
from tests.support.fake_device import now
from tests.support.story import Story


def test_an_assessment_that_falls_due_as_time_goes_by_turns_its_row_though_its_lease_ended_with_it(
    empty: Database, tmp_path: Path
) -> None:
    """Nobody edits a row: a lease does not outlast its assessment (S29), so none runs a moment after. A new assessment mends it."""
    story = Story(empty, tmp_path)
    story.assess(review_in=5 * DAY_MS)
    story.play()
    assert standing(Control.ASSESSED, empty, 5 * DAY_MS - MINUTE_MS) is ControlStanding.HOLDS
    assert standing(Control.ASSESSED, empty, 5 * DAY_MS) is ControlStanding.FAILS
    assert standing(Control.ASSESSED, empty, 100 * DAY_MS) is ControlStanding.FAILS
    story.assess()
    assert standing(Control.ASSESSED, empty, 5 * DAY_MS) is ControlStanding.HOLDS


ENDINGS = {
    "the order": "update orders_instrument set ended_at = {at}, end_known_at = {at}",
    "its terms": "update orders_term set until = {at}",
    "the deployment": "update deployments_deployment set state = 'ended'",
}


@pytest.mark.parametrize("ended", ENDINGS)
def test_what_is_over_needs_no_assessment_any_more(empty: Database, tmp_path: Path, ended: str) -> None:
    story = Story(empty, tmp_path)
    story.assess(review_in=5 * DAY_MS)
    story.play()
    do(empty, ENDINGS[ended].format(at=now() + 4 * DAY_MS))
    assert standing(Control.ASSESSED, empty, 6 * DAY_MS) is ControlStanding.NOT_HELD


def test_where_nothing_collects_an_assessment_is_held_or_not_held_and_nothing_fails(
    empty: Database, tmp_path: Path
) -> None:
    """Issue 3: what is not so in this installation, such as a completed assessment, reads "not held"."""
    story = Story(empty, tmp_path)
    assert standing(Control.ASSESSED, empty) is ControlStanding.NOT_HELD
    story.assess(review_in=5 * DAY_MS)
    assert standing(Control.ASSESSED, empty) is ControlStanding.NOTHING_YET
    assert standing(Control.ASSESSED, empty, 5 * DAY_MS) is ControlStanding.NOT_HELD
    do(empty, "update orders_assessment set signed_at = null, signed_by = null")
    assert standing(Control.ASSESSED, empty) is ControlStanding.NOT_HELD
