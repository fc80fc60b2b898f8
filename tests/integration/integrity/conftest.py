"""A case, played to its first alert and witnessed up to there. Only the test's own acts then wait."""

from tests.server import set_up_django

set_up_django()

from tests.support.kept import keeping, played  # noqa: E402  # models cannot be imported before Django is set up
from tests.support.story import Story  # noqa: E402


def witnessed(story: Story) -> Story:
    """As the worker leaves it."""
    played(story).publish()
    return story


stories, database, story = keeping(witnessed)
