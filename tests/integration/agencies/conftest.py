"""A case of one agency, and another agency beside it."""

from tests.server import set_up_django

set_up_django()

from pathlib import Path  # noqa: E402  # models cannot be imported before Django is set up

import pytest  # noqa: E402

from offmon.server.agencies.actions import do_grant_caseload  # noqa: E402
from offmon.server.people.actions import do_open_case  # noqa: E402
from tests.database import Database  # noqa: E402
from tests.support.partner import Partner  # noqa: E402
from tests.support.story import Story  # noqa: E402


@pytest.fixture
def story(database: Database, tmp_path: Path) -> Story:
    """A case on the caseload of four people, and nothing on file yet."""
    story = Story(database, tmp_path)
    with story.console(), story.with_keys():
        story.case = do_open_case("86/SHARED", "Sam Invented", actor=story.officer)
        for colleague in (story.colleague, story.authoriser):
            do_grant_caseload(story.case, colleague.id, "the case is theirs too", actor=story.officer)
    return story


@pytest.fixture
def partner(story: Story) -> Partner:
    """A probation service, not yet party to the case."""
    return Partner(story)
