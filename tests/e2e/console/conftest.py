"""A played case, and Chromium. Its console runs under granian, its vault on a socket, each a process of its own."""

from tests.server import set_up_django

set_up_django()

import os  # noqa: E402  # models cannot be imported before Django is set up
import secrets  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from contextlib import ExitStack, contextmanager  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import pytest  # noqa: E402

from offmon.core.clock import MINUTE_MS  # noqa: E402
from offmon.server.base.policies import Process  # noqa: E402
from tests.database import Database, Template  # noqa: E402
from tests.e2e.serving import SHARED, chromium, face_served, running, waited_for  # noqa: E402
from tests.integration.conftest import migrated_template, postgres_server  # noqa: E402
from tests.integration.console.office import PASSWORD, Office  # noqa: E402
from tests.support.hashed import kept_by_one_round  # noqa: E402
from tests.support.kept import Kept  # noqa: E402
from tests.support.story import INGEST, Story  # noqa: E402

__all__ = ["chromium", "migrated_template", "postgres_server"]

APPLICATION = "offmon.server.faces.console.wsgi"
ENOUGH = "86,86P"  # the agencies whose officers have no passkeys here
HOST = "console.localhost"  # names separate cookies, ports do not; and a browser counts it as secure


@dataclass(frozen=True)
class Face:
    """The running console. `apart` runs the product's code beside the browser: Playwright has a loop in this thread, Django refuses one."""

    office: Office
    address: str
    apart: Callable[[Callable[[], Any]], Any]

    @property
    def story(self) -> Story:
        return self.office.story


def opened(database: Database, folder: Path) -> tuple[Office, Story]:
    office = Office(Story(database, folder).play()).open(kept_by_one_round(PASSWORD))
    return office, office.story


@pytest.fixture(scope="session")
def offices(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept[Office]]:
    kept = Kept(migrated_template, tmp_path_factory.mktemp("kept"), opened, 2 * MINUTE_MS)
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def face(offices: Kept[Office], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    """One for a module: its tests play one case to its end, in their order."""
    folder = tmp_path_factory.mktemp("console")
    with ExitStack() as ending, ThreadPoolExecutor(1) as thread:

        def apart(do: Callable[[], Any]) -> Any:
            return thread.submit(do).result()

        database = apart(lambda: ending.enter_context(offices.clone()))
        office = apart(lambda: offices.copy(database, folder))
        run = folder / "run"
        run.mkdir(mode=0o710)
        vault = SHARED | {
            "OFFMON_DATABASE_URL": database.url(Process.VAULT),
            "OFFMON_VAULT_SOCKET": str(run / "vault"),
            "OFFMON_VAULT_CALLERS": str(os.geteuid()),
            "OFFMON_VAULT_REMINDERS": "65533",
            "OFFMON_OPENING_KEYS": str(office.story.opening_keys),
            "OFFMON_TRUST": str(office.story.trust_path()),
            "OFFMON_CODE_IS_ENOUGH_FOR": ENOUGH,
        }
        with (
            running(["offmon.server.processes.vault"], vault, folder / "vault.log"),
            waited_for((run / "vault").exists, folder / "vault.log"),
            served(office.story, database, run / "vault") as port,
        ):
            yield Face(office, f"http://{HOST}:{port}", apart)


@contextmanager
def served(story: Story, database: Database, vault: Path, application: str = APPLICATION) -> Iterator[int]:
    """The console as a process of its own, told of a vault that may not be there; its port."""
    told = {
        "OFFMON_DATABASE_URL": database.url(Process.CONSOLE),
        "OFFMON_SECRET_KEY": secrets.token_urlsafe(48),
        "OFFMON_COLUMN_KEY_FILE": str(story.folder / "column"),
        "OFFMON_CODE_KEY_FILE": str(story.folder / "code"),
        "OFFMON_DOCUMENTS": str(story.documents),
        "OFFMON_CONSOLE_HOSTS": HOST,
        "OFFMON_TRUST": str(story.trust_path()),
        "OFFMON_INGEST_URL": INGEST,
        "OFFMON_VAULT_SOCKET": str(vault),
        "OFFMON_CODE_IS_ENOUGH_FOR": ENOUGH,
    }
    with face_served(application, told, story.folder / "console.log") as port:
        yield port
