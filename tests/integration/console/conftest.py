"""An office on a case that was played to an alert that nobody has decided."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402

from tests.database import Database, Template  # noqa: E402
from tests.integration.console.office import Office  # noqa: E402
from tests.support.kept import Kept  # noqa: E402
from tests.support.story import Story  # noqa: E402


def opened(database: Database, folder: Path) -> tuple[Office, Story]:
    """A story, and an office of people of every role who set their apps up."""
    story = Story(database, folder).play()
    return Office(story).open(), story


@pytest.fixture(scope="session")
def offices(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept[Office]]:
    kept = Kept(migrated_template, tmp_path_factory.mktemp("offices"), opened)
    yield kept
    kept.close()


@pytest.fixture
def database(offices: Kept[Office]) -> Iterator[Database]:
    """This test's own, with an office in it."""
    with offices.clone() as clone:
        yield clone


@pytest.fixture
def office(offices: Kept[Office], database: Database, tmp_path: Path) -> Iterator[Office]:
    """The console, running."""
    office = offices.copy(database, tmp_path)
    with office.running():
        yield office
