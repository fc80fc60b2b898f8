"""An office on a case that was played to an undecided alert."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up

import pytest  # noqa: E402

from tests.integration.console.office import Office  # noqa: E402
from tests.support.kept import keeping  # noqa: E402
from tests.support.story import Story  # noqa: E402


def opened(story: Story) -> Office:
    """An office of people of every role who set their apps up."""
    return Office(story.play()).open()


stories, database, opened_office = keeping(opened)


@pytest.fixture
def office(opened_office: Office) -> Iterator[Office]:
    """The console, running."""
    with opened_office.running():
        yield opened_office
