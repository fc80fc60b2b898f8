"""A played case, its console under granian and its vault on a socket, each a process of its own; and Chromium."""

from tests.server import set_up_django

set_up_django()

import os  # noqa: E402  # models cannot be imported before Django is set up
import secrets  # noqa: E402
import socket  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import pytest  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from offmon.server.base.policies import Process  # noqa: E402
from tests.database import Template  # noqa: E402
from tests.integration.conftest import migrated_template, postgres_server  # noqa: E402
from tests.integration.console.office import Office  # noqa: E402
from tests.support.story import Story  # noqa: E402

__all__ = ["migrated_template", "postgres_server"]

ROOT = Path(__file__).parents[3]
CHROMIUM = "/usr/bin/chromium"
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


@pytest.fixture(scope="module")
def face(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    """One for a module: its tests play one case to its end, in their order."""
    folder = tmp_path_factory.mktemp("console")
    with migrated_template.clone() as database, ThreadPoolExecutor(1) as thread:

        def apart(do: Callable[[], Any]) -> Any:
            return thread.submit(do).result()

        office = apart(lambda: Office(Story(database, folder).play()).open())
        run = folder / "run"
        run.mkdir(mode=0o710)
        port = _free_port()
        shared = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "OFFMON_VAULT_SOCKET": str(run / "vault"),
        }
        vault = shared | {
            "OFFMON_DATABASE_URL": database.url(Process.VAULT),
            "OFFMON_VAULT_CALLERS": str(os.geteuid()),
            "OFFMON_OPENING_KEYS": str(office.story.opening_keys),
            "OFFMON_TRUST": str(office.story.trust_path()),
        }
        console = shared | {
            "OFFMON_DATABASE_URL": database.url(Process.CONSOLE),
            "OFFMON_SECRET_KEY": secrets.token_urlsafe(48),
            "OFFMON_COLUMN_KEY_FILE": str(folder / "column"),
            "OFFMON_CODE_KEY_FILE": str(folder / "code"),
            "OFFMON_DOCUMENTS": str(office.story.documents),
            "OFFMON_CONSOLE_HOSTS": HOST,
            "OFFMON_TRUST": str(office.story.trust_path()),
        }
        granian = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        with (
            _running(["offmon.server.processes.vault"], vault, folder / "vault.log"),
            _running([*granian, "offmon.server.faces.console.wsgi:application"], console, folder / "console.log"),
        ):
            _wait((run / "vault").exists, folder / "vault.log")
            _wait(lambda: _listens(port), folder / "console.log")
            yield Face(office, f"http://{HOST}:{port}", apart)


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
            process.wait(10)


def _wait(ready: Callable[[], bool], log: Path) -> None:
    for _ in range(400):
        if ready():
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
