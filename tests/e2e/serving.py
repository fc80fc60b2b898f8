"""Serves a face as its own process and opens it in a browser, for every browser test."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.support.patience import PATIENCE_MS, PATIENCE_S

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
# A page lives for a second here: to optimise its scripts beside it, in threads, costs a fifth more than it gains.
LIGHT = "--js-flags=--single-threaded --no-opt"
expect.set_options(timeout=PATIENCE_MS)
SHARED = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}  # what every process of a test is told


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Its sandbox does not work for root."""
    arguments = [LIGHT, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@contextmanager
def opened(chromium: Browser, address: str, *, excused: tuple[str, ...] = (), **options: Any) -> Iterator[Page]:
    """A new browser's page. The test fails for anything the browser complains of, or asks of another host.

    What it says of the status of an error page is no complaint where the page's path ends in one of those `excused`.
    """

    def is_complaint(said: ConsoleMessage) -> bool:
        return said.type == "error" and not urlsplit(said.location["url"]).path.endswith(excused)

    context = chromium.new_context(base_url=address, **options)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # The browser's own viewer of PDFs is a page of the browser, and asks itself for its parts.
    page.on("request", lambda sent: asked.add(urlsplit(sent.url).netloc) if sent.url.startswith("http") else None)
    yield page
    context.close()
    assert complaints == []
    assert asked == {urlsplit(address).netloc}


def serving(module: str, port: int) -> list[str]:
    """The command of a face, for `running`: as the trial starts it."""
    return ["offmon.serving", module, str(port)]


@contextmanager
def running(module: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        command = [sys.executable, "-m", *module]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


@contextmanager
def face_served(module: str, told: dict[str, str], log: Path, port: int | None = None) -> Iterator[int]:
    """A face as a process of its own, which is told this in its environment; its port."""
    at = free_port() if port is None else port
    with running(serving(module, at), SHARED | told, log), waited_for(lambda: listens(at), log):
        yield at


@contextmanager
def waited_for(ready: Callable[[], bool], log: Path) -> Iterator[None]:
    for _ in range(400):
        if ready():
            yield
            return
        time.sleep(0.05)
    pytest.fail(log.read_text()[-3000:])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0
