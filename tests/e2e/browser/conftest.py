"""One display with a window manager; for each test a person with a running agent, and a web of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from offmon.core.authority.capability import Capability
from tests.e2e.browser.browsing import Browsing, worker_of
from tests.e2e.browser.web import Web
from tests.integration.agent.conftest import enrolled, marks
from tests.integration.agent.devices import Device, copied
from tests.integration.agent.presence.displays import a_desktop
from tests.support.fake_agency import PHRASES, SITES

__all__ = ["enrolled", "marks"]


@pytest.fixture(scope="package")
def screen() -> Iterator[str]:
    with a_desktop() as name:
        yield name


@pytest.fixture
def person(enrolled: Device, screen: str) -> Iterator[Device]:
    """A device with lists of sites and phrases in force, and no agent running yet."""
    with copied(enrolled, screen) as one:
        agency = one.ingest.agency
        agency.lists = (agency.sign_list(Capability.SITE, SITES), agency.sign_list(Capability.PHRASE, PHRASES))
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
def page(browser: BrowserContext) -> Page:
    """The first page of that browser, once the agent has answered it."""
    worker_of(browser)
    return browser.pages[0]
