"""A played case, and its person."""

from tests.server import set_up_django

set_up_django()

import pytest  # noqa: E402  # models cannot be imported before Django is set up

from offmon.core.clock import MINUTE_MS  # noqa: E402
from offmon.core.ids import Id  # noqa: E402
from offmon.server.people.actions import do_open_case  # noqa: E402
from offmon.server.rights.actions import do_make_access  # noqa: E402
from tests.integration.portal.person import Person, portal  # noqa: E402
from tests.support.kept import keeping, played  # noqa: E402
from tests.support.story import Story  # noqa: E402

stories, database, story = keeping(played, 2 * MINUTE_MS)


@pytest.fixture
def person(story: Story) -> Person:
    """The person, at a browser that nobody used before."""
    return Person(story)


@pytest.fixture
def two(story: Story) -> dict[Id, Person]:
    """The person of the story and another one of the same officer, who has no device; each has signed in."""
    with story.console(), story.with_keys():
        second = do_open_case("86/OTHER", "Pat Otherwise", actor=story.officer)
        ways = {case: do_make_access(case, actor=story.officer) for case in (story.case, second)}
    people = {case: Person(story) for case in ways}
    with portal(story):
        assert [person.begins(ways[case]).status_code for case, person in people.items()] == [302, 302]
    return people
