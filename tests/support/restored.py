"""Records that an order's document was restored, as the operator does at the machine."""

from offmon.server.orders.actions import say_restored
from tests.server import as_operator
from tests.support.story import Story


def operator_says_restored(story: Story) -> None:
    """Of the order that the story rests on."""
    with as_operator(story.database):
        say_restored(story.instrument, "an operator")
