"""An office on a case that was played to an alert that nobody has decided."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402

from tests.database import Database  # noqa: E402
from tests.integration.console.office import Office  # noqa: E402
from tests.support.story import Story  # noqa: E402


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    """The console, running."""
    office = Office(Story(database, tmp_path).play()).open()
    with office.running():
        yield office
