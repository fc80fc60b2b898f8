"""A case, played to its first alert and witnessed so far, for the one who looks: what waits is the test's own, however slow it is."""

from tests.server import set_up_django

set_up_django()

from tests.support.kept import keeping, played  # noqa: E402  # models cannot be imported before Django is set up
from tests.support.story import Story  # noqa: E402


def witnessed(story: Story) -> Story:
    """As the worker leaves it."""
    played(story).publish()
    return story


stories, database, story = keeping(witnessed)
