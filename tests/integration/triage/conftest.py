"""A case, played to an alert that nobody has decided."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402

from tests.database import Database, Template  # noqa: E402
from tests.support.kept import Kept  # noqa: E402
from tests.support.story import Story  # noqa: E402


def played(database: Database, folder: Path) -> tuple[Story, Story]:
    """From the order to an alert that nobody has decided."""
    story = Story(database, folder).play()
    return story, story


@pytest.fixture(scope="session")
def stories(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept[Story]]:
    kept = Kept(migrated_template, tmp_path_factory.mktemp("stories"), played)
    yield kept
    kept.close()


@pytest.fixture
def database(stories: Kept[Story]) -> Iterator[Database]:
    """This test's own, with a story in it."""
    with stories.clone() as clone:
        yield clone


@pytest.fixture
def story(stories: Kept[Story], database: Database, tmp_path: Path) -> Story:
    """The story of this test's own database."""
    return stories.copy(database, tmp_path)
