"""An alert whose findings were all erased: the alert remains, and its page says so."""

from tests.support.story import Story
from tests.support.taken import superuser

ERASED = (
    "update intake_leaf set held = 'erased', why = 'retention', salt = '', document = null, ciphertext = null, event_at = null,"
    " deployment = null, capability = null, list_name = null, rule = null, gravity = null where kind = 'disclosure'"
)


def erase(story: Story) -> None:
    """Everything that the case's devices disclosed, as a retention rule of a later step would."""
    with superuser(story) as hand:
        hand.execute(ERASED)


def test_an_alert_opens_when_everything_it_groups_is_erased(story: Story) -> None:
    erase(story)
    shown = story.alert()
    assert (shown.row.explanation, shown.occurrences, shown.row.count) == (None, (), 3)
    assert shown.may_decide
