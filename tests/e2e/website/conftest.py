"""A played case, the public site under granian and assurance beside it, each a process of its own; and Chromium."""

from tests.server import set_up_django

set_up_django()

import os  # noqa: E402  # models cannot be imported before Django is set up
import socket  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from offmon.core import codec  # noqa: E402
from offmon.server.base.policies import Process  # noqa: E402
from tests.database import Database, Template  # noqa: E402
from tests.integration.conftest import migrated_template, postgres_server  # noqa: E402
from tests.support.fake_device import RELEASE  # noqa: E402
from tests.support.story import Story  # noqa: E402

__all__ = ["migrated_template", "postgres_server"]

ROOT = Path(__file__).parents[3]
CHROMIUM = "/usr/bin/chromium"
HOST = "www.localhost"


@dataclass(frozen=True)
class Face:
    """The running site."""

    database: Database
    address: str


@pytest.fixture(scope="module")
def face(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    """One for a module."""
    folder = tmp_path_factory.mktemp("website")
    published = folder / "published"
    published.mkdir()
    with migrated_template.clone() as database, ThreadPoolExecutor(1) as thread:
        # Playwright has a loop in this thread, and Django refuses one.
        story: Story = thread.submit(lambda: _witnessed(Story(database, folder).play())).result()
        (published / "trust.json").write_bytes(codec.dump(story.trust()))
        port = _free_port()
        shared = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
        website = shared | {
            "OFFMON_DATABASE_URL": database.url(Process.WEBSITE),
            "OFFMON_WEBSITE_HOSTS": HOST,
            "OFFMON_PUBLISHED": str(published),
        }
        assurance = shared | {
            "OFFMON_DATABASE_URL": database.url(Process.ASSURANCE),
            "OFFMON_AGENT_RELEASES": RELEASE,
            "OFFMON_SITE_ADDRESS": f"127.0.0.1:{port}",
            "OFFMON_SITE_HOST": HOST,
        }
        granian = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        with (
            _running([*granian, "offmon.server.faces.website.wsgi:application"], website, folder / "website.log"),
            _wait(lambda: _listens(port), folder / "website.log"),
            _running(["offmon.server.processes.assurance"], assurance, folder / "assurance.log"),
        ):
            yield Face(database, f"http://{HOST}:{port}")


def _witnessed(story: Story) -> Story:
    story.publish()  # no worker runs here, and nothing more is written to the log
    return story


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Its sandbox does not work for root."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@contextmanager
def _running(module: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        command = [sys.executable, "-m", *module]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def _wait(ready: Callable[[], bool], log: Path) -> Iterator[None]:
    for _ in range(400):
        if ready():
            yield
            return
        time.sleep(0.05)
    pytest.fail(log.read_text()[-3000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0
