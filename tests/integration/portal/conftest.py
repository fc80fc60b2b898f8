"""A played case, and its person."""

from tests.server import set_up_django

set_up_django()

import pytest  # noqa: E402  # models cannot be imported before Django is set up

from tests.integration.portal.person import Person  # noqa: E402
from tests.support.kept import keeping, played  # noqa: E402
from tests.support.story import Story  # noqa: E402

stories, database, story = keeping(played)


@pytest.fixture
def person(story: Story) -> Person:
    """The person, at a browser that nobody used before."""
    return Person(story)
