"""One display with a window manager; for each test a person with a running agent, and a web of their own."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, sync_playwright

from offmon.core.authority.capability import Capability
from tests.e2e.browser.browsing import Browsing
from tests.e2e.browser.web import Web
from tests.integration.agent.devices import Device, device
from tests.integration.agent.page_marks import PageMarks
from tests.integration.agent.presence.displays import end, start_display
from tests.support.fake_agency import PHRASES, SITES


@pytest.fixture(scope="package")
def screen() -> Iterator[str]:
    server, name = start_display()
    manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": name}, stderr=subprocess.DEVNULL)
    yield name
    end(manager)
    end(server)


@pytest.fixture
def person(screen: str) -> Iterator[Device]:
    """A device with lists of sites and phrases in force, and no agent running yet."""
    with device(screen) as one:
        agency = one.ingest.agency
        agency.lists = (agency.sign_list(Capability.SITE, SITES), agency.sign_list(Capability.PHRASE, PHRASES))
        status, said = one.enrol()
        assert status == 0, said
        agency.issue()
        yield one


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    one = Web()
    server = one.listen(tmp_path)
    yield one
    one.ends.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def browsing(person: Device, web: Web) -> Browsing:
    """The person's agent runs and collects."""
    person.start()
    person.await_collecting()
    return Browsing(person, web)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as one:
        yield one


@pytest.fixture
def browser(browsing: Browsing, playwright: Playwright) -> Iterator[BrowserContext]:
    """A browser that the test drives, whose every message to the shim is recorded."""
    browsing.recorded = True
    with browsing.open(playwright) as context:
        yield context


@pytest.fixture
def marks(person: Device) -> Iterator[PageMarks]:
    """For pages of which nobody may hear."""
    one = PageMarks(person)
    yield one
    one.close()
