"""The decider saw all that they close: one full reading, one decision, and the group is closed (issue 2; design §1.7; R-AI-5)."""

import pytest

from offmon.core.alerts.escalation import check_looked
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.log.records import DecisionOutcome
from offmon.server.triage.actions import do_decide
from tests.integration.triage.test_pass_on import grow, row_of
from tests.prove.markers import proves
from tests.support.story import Story

REASON = "One visit, and it is not a match."


def decide(story: Story, *, shown: int) -> None:
    """On a page that showed so many findings."""
    with story.console(), story.with_keys():
        do_decide(story.alerts[0], DecisionOutcome.NOT_A_MATCH, REASON, shown=shown, actor=story.officer)


def refused(story: Story, *, shown: int) -> str:
    with pytest.raises(Refused) as refusal:
        decide(story, shown=shown)
    return refusal.value.code


def test_an_alert_that_nobody_opened_is_not_decided(story: Story) -> None:
    held = row_of(story).count
    assert refused(story, shown=held) == "not-looked"
    story.alert()
    decide(story, shown=held)


def test_nor_on_a_colleague_s_look(story: Story) -> None:
    story.alert("colleague")
    assert refused(story, shown=row_of(story).count) == "not-looked"


@pytest.mark.parametrize("gravity", Gravity)
@proves("S93", check_looked, disabled=lambda holds, shown, last_at, looked_at: None)
def test_nor_one_that_grew_since(story: Story, gravity: Gravity) -> None:
    """However grave what was added is: nobody has looked at that."""
    story.alert()
    held = row_of(story).count
    grow(story, gravity)
    assert refused(story, shown=held + 1) == "grown"
    story.alert()
    assert refused(story, shown=held) == "grown"  # they looked elsewhere, and decide on a page from before
    decide(story, shown=held + 1)
