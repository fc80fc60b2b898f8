"""A case as far as a device that waits for its first profile."""

from tests.server import set_up_django

set_up_django()

from pathlib import Path  # noqa: E402  # models cannot be imported before Django is set up

import pytest  # noqa: E402

from tests.database import Database  # noqa: E402
from tests.support.story import Story  # noqa: E402


@pytest.fixture
def story(database: Database, tmp_path: Path) -> Story:
    """Enrolled; nothing is signed yet but the lists."""
    story = Story(database, tmp_path)
    for step in (story.orders, story.lists, story.authorise, story.make_key, story.serve_notice, story.enrol):
        step()
    return story
