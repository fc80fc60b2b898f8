"""A played case whose person has a sign-in code, the portal under granian as its own process, and Chromium."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from dataclasses import dataclass  # noqa: E402

import pytest  # noqa: E402

from offmon.core.access.portal_access import WayIn  # noqa: E402
from offmon.server.base.policies import Process  # noqa: E402
from offmon.server.rights.actions import do_make_access  # noqa: E402
from tests.database import Database, Template  # noqa: E402
from tests.e2e.serving import chromium, face_served  # noqa: E402
from tests.integration.conftest import migrated_template, postgres_server  # noqa: E402
from tests.integration.portal.person import environment  # noqa: E402
from tests.support.aged import seal  # noqa: E402
from tests.support.story import Story  # noqa: E402

__all__ = ["chromium", "migrated_template", "postgres_server"]

HOST = "portal.localhost"


@dataclass(frozen=True)
class Running:
    """The running portal of a case. Playwright has a loop in this thread, and Django refuses one, so acts have a thread of their own."""

    address: str
    story: Story
    thread: ThreadPoolExecutor


@dataclass(frozen=True)
class Own:
    """The running portal, and what the person was given."""

    address: str
    way_in: WayIn


@pytest.fixture(scope="module")
def portal(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("portal")
    with migrated_template.clone() as database, ThreadPoolExecutor(1) as thread:
        story: Story = thread.submit(lambda: Story(database, folder).play()).result()
        thread.submit(seal, story).result()
        with served(story, database) as address:
            yield Running(address, story, thread)


@pytest.fixture
def own(portal: Running) -> Own:
    """A way in a test, since a code counts once."""
    return Own(portal.address, portal.thread.submit(_let_in, portal.story).result())


@contextmanager
def served(story: Story, database: Database) -> Iterator[str]:
    """The portal as a process of its own; its address."""
    told = {"OFFMON_DATABASE_URL": database.url(Process.PORTAL)} | environment(story, HOST)
    with face_served("offmon.server.faces.portal.wsgi", told, story.folder / f"portal-{database.name}.log") as port:
        yield f"http://{HOST}:{port}"


def _let_in(story: Story) -> WayIn:
    with story.console(), story.with_keys():
        return do_make_access(story.case, actor=story.officer)
