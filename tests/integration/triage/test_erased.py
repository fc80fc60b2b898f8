"""An alert whose findings were all erased: the alert remains, and its page says so."""

from offmon.server.triage import queries as triage
from tests.support.story import Story

ERASED = (
    "update intake_leaf set held = 'erased', why = 'retention', salt = '', document = null, ciphertext = null, event_at = null,"
    " deployment = null, capability = null, list_name = null, rule = null, gravity = null where kind = 'disclosure'"
)


def erase(story: Story) -> None:
    """Everything that the case's devices disclosed, as a retention rule of a later step would."""
    with story.database.connect_as_owner() as owner:
        owner.execute("alter table intake_leaf disable trigger user")
        owner.execute("alter table intake_leaf no force row level security")
        owner.execute(ERASED)


def test_an_alert_opens_when_everything_it_groups_is_erased(story: Story) -> None:
    erase(story)
    with story.console(), story.with_keys():
        shown = triage.alert(story.alerts[0], actor=story.officer)
    assert shown is not None
    assert (shown.row.explanation, shown.occurrences, shown.row.count) == (None, (), 3)
    assert shown.may_decide
