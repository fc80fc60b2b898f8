"""A played case, and Chromium. The public site runs under granian, with assurance and a witness, each a process of its own."""

from tests.server import set_up_django

set_up_django()

import os  # noqa: E402  # models cannot be imported before Django is set up
import signal  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402
from urllib.parse import urlsplit  # noqa: E402

import pytest  # noqa: E402

from offmon.core.formats import codec  # noqa: E402
from offmon.core.formats.keys import PublicKey  # noqa: E402
from offmon.core.formats.trust import KeyRole  # noqa: E402
from offmon.server.audit.witness_client import WitnessClient  # noqa: E402
from offmon.server.base.policies import Process  # noqa: E402
from tests.database import Database, Template  # noqa: E402
from tests.e2e.console.conftest import HOST as CONSOLE_HOST  # noqa: E402
from tests.e2e.console.conftest import served as console_served  # noqa: E402
from tests.e2e.portal.conftest import HOST as PORTAL_HOST  # noqa: E402
from tests.e2e.portal.conftest import served as portal_served  # noqa: E402
from tests.e2e.serving import SHARED, chromium, face_served, free_port, listens, running, waited_for  # noqa: E402
from tests.integration.conftest import migrated_template, postgres_server  # noqa: E402
from tests.support.checked import contact_checked  # noqa: E402
from tests.support.fake_device import RELEASE  # noqa: E402
from tests.support.patience import PATIENCE_S  # noqa: E402
from tests.support.story import ORIGIN, Story  # noqa: E402

__all__ = ["chromium", "migrated_template", "postgres_server"]

HOST = "www.localhost"


@dataclass(frozen=True)
class Face:
    """The running site, and the case behind it. Django refuses to work beside Playwright's loop, so acts have a thread of their own."""

    database: Database
    address: str
    story: Story
    witness: subprocess.Popen[bytes]
    thread: ThreadPoolExecutor

    def act(self, act: Callable[[Story], object]) -> None:
        """Do something in the case, and have the log published: no worker runs here."""
        self.thread.submit(act, self.story).result()
        self.thread.submit(self.story.publish).result()

    def stop_witness(self) -> None:
        """It answers nobody from now on; its processes stay."""
        os.killpg(self.witness.pid, signal.SIGSTOP)

    def wake_witness(self) -> None:
        os.killpg(self.witness.pid, signal.SIGCONT)


@pytest.fixture(scope="module")
def face(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    """One for a module."""
    folder = tmp_path_factory.mktemp("website")
    published = folder / "published"
    published.mkdir()
    with migrated_template.clone() as database, ThreadPoolExecutor(1) as thread:
        story: Story = thread.submit(lambda: Story(database, folder)).result()
        with (
            _witness(story, folder) as witness,
            console_served(story, database, folder / "no-vault") as console,
            portal_served(story, database) as portal,
        ):
            thread.submit(story.play).result()
            thread.submit(contact_checked, story).result()
            thread.submit(story.publish).result()
            (published / "trust.json").write_bytes(codec.dump(story.trust()))
            port = free_port()
            website = {
                "OFFMON_DATABASE_URL": database.url(Process.WEBSITE),
                "OFFMON_WEBSITE_URL": f"http://{HOST}:{port}",
                "OFFMON_PUBLISHED": str(published),
            }
            assurance = SHARED | {
                "OFFMON_DATABASE_URL": database.url(Process.ASSURANCE),
                "OFFMON_AGENT_RELEASES": RELEASE,
                "OFFMON_TRUST": str(published / "trust.json"),
                "OFFMON_SITE_ADDRESS": f"127.0.0.1:{port}",
                "OFFMON_SITE_HOST": HOST,
                "OFFMON_CONSOLE_ADDRESS": f"127.0.0.1:{console}",
                "OFFMON_CONSOLE_HOST": CONSOLE_HOST,
                "OFFMON_PORTAL_ADDRESS": f"127.0.0.1:{urlsplit(portal).port}",
                "OFFMON_PORTAL_HOST": PORTAL_HOST,
                "OFFMON_WITNESS_URL": story.witness.url,
                "OFFMON_WITNESS_KEY": story.witness.key.vkey,
            }
            with (
                face_served("offmon.server.faces.website.wsgi", website, folder / "website.log", port),
                running(["offmon.server.processes.assurance"], assurance, folder / "assurance.log"),
            ):
                yield Face(database, f"http://{HOST}:{port}", story, witness, thread)


@contextmanager
def _witness(story: Story, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real witness of the story's log, which is the story's from now on."""
    command, port = [sys.executable, "-m", "offmon.witness"], free_port()
    made = [*command, "new-key", "witness.invalid/real", str(folder / "witness.key")]
    key = subprocess.run(made, check=True, capture_output=True, text=True).stdout.strip()
    file, log = folder / "witness.toml", folder / "witness.log"
    file.write_text(
        f'operator = "Example Board"\nindependent = true\nkey = "witness.key"\nstate = "witness.sqlite3"\n'
        f'listen = "127.0.0.1:{port}"\n[[logs]]\norigin = "{ORIGIN}"\nvkeys = ["{story.keys[KeyRole.LOG].public.vkey}"]\n'
    )
    with log.open("wb") as output:
        process = subprocess.Popen([*command, str(file)], stdout=output, stderr=output, start_new_session=True)
        try:
            with waited_for(lambda: listens(port), log):
                story.witness = WitnessClient(f"http://127.0.0.1:{port}", PublicKey.parse(key))
                yield process
        finally:
            os.killpg(process.pid, signal.SIGCONT)  # a stopped process hears no other
            process.terminate()
            process.wait(PATIENCE_S)
