"""Nobody decides an alert under another case, whose officers could not see or decide it (R-AI-5, R-SEC-9)."""

import secrets

import psycopg
import pytest

from offmon.core.errors import Refused
from offmon.core.log.records import DecisionOutcome
from offmon.server.base.ids import new_id
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import Elsewhere, insert, overwrite, superuser


def elsewhere(story: Story) -> Elsewhere:
    """Another case of the same agency, on the caseload of somebody who does not have ours."""
    case = new_id()
    with superuser(story) as hand:
        hand.execute(
            'insert into agencies_caseload (id, agency, "case", salt, staff_id, since, reason, granted_by)'
            " values (%s, %s, %s, '', %s, 0, 'theirs', %s)",
            [new_id(), story.agency, case, story.stranger.id, story.stranger.id],
        )
    return Elsewhere(story.agency, case, story.stranger)


def decided(story: Story, there: Elsewhere) -> dict[str, object]:
    return {
        "id": new_id(),
        "agency": there.agency,
        "case": there.case,
        "salt": secrets.token_bytes(32),
        "alert_id": story.alerts[0],
        "outcome": DecisionOutcome.PERMITTED.value,
        "reason": "x",
        "decided_by": there.officer.id,
        "decided_at": now(),
    }


@proves("S95", drop="drop trigger of_its_parent on triage_decision")
def test_an_alert_is_decided_under_its_own_case(story: Story) -> None:
    there = elsewhere(story)
    row = decided(story, there)
    with story.database.connect("offmon_console") as console:
        for setting, value in (("offmon.agency", there.agency), ("offmon.actor", there.officer.id)):
            console.execute("select set_config(%s, %s, true)", [setting, value])
        with pytest.raises(psycopg.errors.CheckViolation) as refusal:
            insert(console, "triage_decision", row)
    assert refusal.value.diag.constraint_name == "of_its_parent"
    story.decide(DecisionOutcome.NOT_A_MATCH)


def test_where_one_stands_all_the_same_its_officer_is_told_in_words(story: Story) -> None:
    """As a superuser of the database could write it."""
    story.decide(DecisionOutcome.NOT_A_MATCH)
    overwrite(story, "triage_alert", story.alerts[0], {"state": "open"})
    with pytest.raises(Refused, match="row-not-as-left"):
        story.decide(DecisionOutcome.NOT_A_MATCH)
