"""A played case whose person has a sign-in code, the portal under granian as its own process, and Chromium."""

from tests.server import set_up_django

set_up_django()

import os  # noqa: E402  # models cannot be imported before Django is set up
from collections.abc import Iterator  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from dataclasses import dataclass  # noqa: E402

import pytest  # noqa: E402

from offmon.core.access.portal_access import WayIn  # noqa: E402
from offmon.server.base.columns import derived  # noqa: E402
from offmon.server.base.policies import Process  # noqa: E402
from offmon.server.rights.actions import do_make_access  # noqa: E402
from tests.database import Database, Template  # noqa: E402
from tests.e2e.serving import ROOT, chromium, free_port, listens, running, serving, waited_for  # noqa: E402
from tests.integration.conftest import migrated_template, postgres_server  # noqa: E402
from tests.support.aged import seal  # noqa: E402
from tests.support.story import Story  # noqa: E402

__all__ = ["chromium", "migrated_template", "postgres_server"]

HOST = "portal.localhost"


@dataclass(frozen=True)
class Own:
    """The running portal, and what the person was given."""

    address: str
    way_in: WayIn


@pytest.fixture
def own(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    """One a test, since a code counts once."""
    folder = tmp_path_factory.mktemp("portal")
    with migrated_template.clone() as database, ThreadPoolExecutor(1) as thread:
        # Playwright has a loop in this thread, and Django refuses one.
        story: Story = thread.submit(lambda: Story(database, folder).play()).result()
        way_in = thread.submit(_let_in, story).result()
        thread.submit(seal, story).result()
        with served(story, database) as address:
            yield Own(address, way_in)


@contextmanager
def served(story: Story, database: Database) -> Iterator[str]:
    """The portal as a process of its own; its address."""
    folder = story.folder
    for name, source in (("person", "column"), ("access", "code")):
        (folder / f"{name}-key").write_bytes(derived((folder / source).read_bytes(), name))
    port = free_port()
    told = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "OFFMON_DATABASE_URL": database.url(Process.PORTAL),
        "OFFMON_SECRET_KEY": "an invented key of the tests, of no value to anyone, 0123456789",
        "OFFMON_PERSON_KEY_FILE": str(folder / "person-key"),
        "OFFMON_ACCESS_KEY_FILE": str(folder / "access-key"),
        "OFFMON_PORTAL_HOSTS": HOST,
        "OFFMON_TRUST": str(story.trust_path()),
    }
    log = folder / "portal.log"
    with (
        running(serving("offmon.server.faces.portal.wsgi", port), told, log),
        waited_for(lambda: listens(port), log),
    ):
        yield f"http://{HOST}:{port}"


def _let_in(story: Story) -> WayIn:
    with story.console(), story.with_keys():
        return do_make_access(story.case, actor=story.officer)
