"""An office on a case that was played to an undecided alert."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402

from offmon.core.clock import MINUTE_MS  # noqa: E402
from tests.database import Database, Template  # noqa: E402
from tests.integration.console.addresses import Addresses  # noqa: E402
from tests.integration.console.office import Office  # noqa: E402
from tests.support.hashed import hashing_at_once  # noqa: E402
from tests.support.kept import Kept, keeping  # noqa: E402
from tests.support.story import Story  # noqa: E402


@pytest.fixture(scope="package", autouse=True)
def _hashing_at_once() -> Iterator[None]:
    """Here no other process checks a password."""
    with hashing_at_once():
        yield


def opened(story: Story) -> Office:
    """An office of people of every role who set their apps up."""
    return Office(story.play()).open()


stories, database, opened_office = keeping(opened, 2 * MINUTE_MS)


def filled(database: Database, folder: Path) -> tuple[Addresses, Story]:
    """An office with something at each address of the console."""
    office = opened(Story(database, folder))
    with office.running():
        return Addresses.of(office), office.story


@pytest.fixture(scope="session")
def filled_offices(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept[Addresses]]:
    kept = Kept(migrated_template, tmp_path_factory.mktemp("filled"), filled, 2 * MINUTE_MS)
    yield kept
    kept.close()


@pytest.fixture
def addresses(filled_offices: Kept[Addresses], tmp_path: Path) -> Iterator[Addresses]:
    """The console, running, with something at each of its addresses."""
    with filled_offices.clone() as database:
        made = filled_offices.copy(database, tmp_path)
        with made.office.running():
            yield made


@pytest.fixture
def office(opened_office: Office) -> Iterator[Office]:
    """The console, running."""
    with opened_office.running():
        yield opened_office
