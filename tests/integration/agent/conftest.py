"""A display for the module's agents, and a device on it for each test."""

from collections.abc import Iterator

import pytest

from tests.integration.agent.devices import Device, device
from tests.integration.agent.page_marks import PageMarks
from tests.integration.agent.presence.displays import end, start_display


@pytest.fixture(scope="package")
def screen() -> Iterator[str]:
    server, name = start_display()
    yield name
    end(server)


@pytest.fixture
def person(screen: str) -> Iterator[Device]:
    """A device, enrolled, with a profile issued and no agent running yet."""
    with device(screen) as one:
        status, said = one.enrol()
        assert status == 0, said
        one.ingest.agency.issue()
        yield one


@pytest.fixture
def marks(person: Device) -> Iterator[PageMarks]:
    """For pages of which nobody may hear."""
    one = PageMarks(person)
    yield one
    one.close()
