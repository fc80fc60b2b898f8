"""A display for the module's agents, and a device on it for each test."""

from collections.abc import Iterator

import pytest

from tests.integration.agent.devices import Device, copied, device
from tests.integration.agent.page_marks import PageMarks
from tests.integration.agent.presence.displays import end, start_display


@pytest.fixture(scope="package")
def screen() -> Iterator[str]:
    server, name = start_display()
    yield name
    end(server)


@pytest.fixture(scope="session")
def enrolled() -> Iterator[Device]:
    """What each test's own device is copied from."""
    with device(None) as one:
        status, said = one.enrol()
        assert status == 0, said
        yield one


@pytest.fixture
def person(enrolled: Device, screen: str) -> Iterator[Device]:
    """A device, enrolled, with a profile issued and no agent running yet."""
    with copied(enrolled, screen) as one:
        one.ingest.agency.issue()
        yield one


@pytest.fixture
def marks(person: Device) -> Iterator[PageMarks]:
    """For pages of which nobody may hear."""
    one = PageMarks(person)
    yield one
    one.close()
