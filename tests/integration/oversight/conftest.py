"""A case, played to its first alert and witnessed up to there. Only the test's own acts then wait."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up

import pytest  # noqa: E402
from django.test import override_settings  # noqa: E402

from tests.integration.oversight.looking import walked  # noqa: E402  # models cannot be imported before Django is set up
from tests.support.kept import keeping, played  # noqa: E402  # models cannot be imported before Django is set up
from tests.support.story import Story  # noqa: E402


def witnessed(story: Story) -> Story:
    """As the worker leaves it."""
    played(story).publish()
    walked(story)
    return story


stories, database, story = keeping(witnessed)


@pytest.fixture(autouse=True)
def trusts(request: pytest.FixtureRequest) -> Iterator[None]:
    """Assurance is given the trust file of the story, where the test has one."""
    if "story" not in request.fixturenames:
        yield
        return
    with override_settings(OFFMON_TRUST=str(request.getfixturevalue("story").trust_path())):
        yield
