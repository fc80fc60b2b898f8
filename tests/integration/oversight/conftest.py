"""A case, played to its first alert, for the one who looks."""

from tests.server import set_up_django

set_up_django()

from pathlib import Path  # noqa: E402  # models cannot be imported before Django is set up

import pytest  # noqa: E402

from tests.database import Database  # noqa: E402
from tests.support.story import Story  # noqa: E402


@pytest.fixture
def story(database: Database, tmp_path: Path) -> Story:
    """From the order to an alert that nobody has decided."""
    return Story(database, tmp_path).play()
