"""The addresses of a running console and portal, as a stranger finds them (S20; `oversight/access_checks.py`)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from offmon.core.ids import Count, Ms
from offmon.core.public.assurance import Control, ControlStanding, Observation
from offmon.server.oversight import access_checks
from offmon.server.oversight.anonymous_client import Face
from tests.database import Database, Template
from tests.e2e.console.conftest import HOST as CONSOLE_HOST
from tests.e2e.console.conftest import served as console_served
from tests.e2e.portal.conftest import HOST as PORTAL_HOST
from tests.e2e.portal.conftest import served as portal_served
from tests.e2e.serving import free_port
from tests.support.story import Story

AT = Ms(7)
OPENED = "tests.e2e.website.opened"


@dataclass(frozen=True)
class There:
    story: Story
    database: Database
    portal: Face


@pytest.fixture(scope="module")
def there(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    folder: Path = tmp_path_factory.mktemp("doors")
    with migrated_template.clone() as database:
        story = Story(database, folder)
        with portal_served(story, database) as address:
            yield There(story, database, Face(f"127.0.0.1:{urlsplit(address).port}", PORTAL_HOST))


def looked_with(console: int, there: There) -> Observation:
    return access_checks.look({"console": Face(f"127.0.0.1:{console}", CONSOLE_HOST), "portal": there.portal}, AT)


def test_a_stranger_is_led_to_sign_in_from_every_door(there: There) -> None:
    with console_served(there.story, there.database, Path(os.devnull)) as console:
        tried = sum(len(access_checks.guarded(face)) for face in access_checks.SIGN_IN)
        assert looked_with(console, there) == Observation(Control.DOORS, ControlStanding.HOLDS, Count(tried), AT)


def test_a_console_that_runs_other_code_and_opens_one_page_to_anybody_is_noticed(there: There) -> None:
    with console_served(there.story, there.database, Path(os.devnull), OPENED) as console:
        assert looked_with(console, there).standing is ControlStanding.FAILS


def test_a_face_that_is_not_there_shows_nothing(there: There) -> None:
    with pytest.raises(ConnectionRefusedError):
        looked_with(free_port(), there)
