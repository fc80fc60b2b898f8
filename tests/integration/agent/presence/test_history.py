"""The kept history on a real display: asked for behind the PIN, opened at a visit, forgotten afterwards (R-AI-9; R v Smith)."""

from collections.abc import Iterator

import pytest

from offmon.core.authority.capability import Capability, Purpose
from offmon.core.authority.profile import Grant, TermPeriod
from offmon.core.clock import Period
from offmon.core.formats.event import NoteKind
from offmon.core.formats.kept_history import number_of
from offmon.core.ids import Ms
from tests.integration.agent.devices import Device, await_true, copied
from tests.integration.agent.presence.reading import (
    PIN,
    WINDOW,
    choose_pin,
    fill,
    go_to_pin,
    press_button,
    shown,
)
from tests.integration.agent.presence.stranger import Stranger
from tests.support.fake_agency import new_id

HISTORY = 6  # of the buttons on the details page, where a history is kept
SITE, MARKER = "elsewhere.example", "found-9c41"


@pytest.fixture
def keeper(enrolled: Device, desktop: str) -> Iterator[Device]:
    """A device whose agent keeps a history, after a visit to a page of no list."""
    with copied(enrolled, desktop) as one:
        agency = one.ingest.agency
        agency.lists = ()
        terms = (TermPeriod(agency.term, Period(Ms(0), None)),)
        agency.issue(grants=(Grant(Capability.HISTORY_KEPT, new_id(), terms, Purpose.SUPERVISION, (), ()),))
        one.start()
        assert one.tell({"url": f"https://{SITE}/{MARKER}", "title": MARKER}) == [False]
        yield one


def go_to_history(stranger: Stranger) -> None:
    """From the page after the PIN to that which asks for it again."""
    shown(stranger, "What is monitored")
    press_button(stranger, HISTORY)
    assert SITE not in shown(stranger, "Only an officer and your PIN together open it")
    press_button(stranger)
    shown(stranger, "Open it at a visit")


def opened(device: Device) -> list[int | None]:
    return [note.count for note in device.ingest.notes() if note.note == NoteKind.HISTORY_OPENED]


def test_a_visited_site_is_read_on_the_window_once_an_officer_opened_it_and_goes_with_the_page(
    keeper: Device, stranger: Stranger
) -> None:
    go_to_pin(stranger)
    choose_pin(stranger, keeper.ingest.code.text)
    go_to_history(stranger)
    fill(stranger, "000000")
    shown(stranger, "That is not right")
    assert keeper.ingest.histories == set()  # without the PIN nobody is asked
    fill(stranger, PIN)
    waits = shown(stranger, "Wait here")
    await_true(lambda: len(keeper.ingest.histories) == 1)
    [asked] = keeper.ingest.histories
    assert f"Number {number_of(asked)}" in waits
    assert SITE not in waits
    keeper.ingest.opens_history = True
    read = shown(stranger, SITE)
    assert "Missing or changed: 0" in read
    assert MARKER not in read
    await_true(lambda: opened(keeper) == [1])
    assert keeper.ingest.disclosures() == []
    assert [path for path, data in keeper.files() if SITE.encode() in data] == []
    press_button(stranger)
    assert SITE not in shown(stranger, "What is monitored")


def test_with_the_network_cut_nothing_opens_and_the_page_says_why(keeper: Device, stranger: Stranger) -> None:
    keeper.ingest.opens_history, keeper.ingest.hears_history = True, False
    go_to_pin(stranger)
    choose_pin(stranger, keeper.ingest.code.text)
    go_to_history(stranger)
    fill(stranger, PIN)
    assert SITE not in shown(stranger, "Check that this device is online")
    assert opened(keeper) == []
    keeper.ingest.hears_history = True
    press_button(stranger)
    shown(stranger, "Open it at a visit")
    fill(stranger, PIN)
    shown(stranger, SITE)


def test_a_restart_forgets_what_was_asked_and_what_was_read(keeper: Device, stranger: Stranger) -> None:
    go_to_pin(stranger)
    choose_pin(stranger, keeper.ingest.code.text)
    for number, is_read in enumerate((False, True), 1):
        go_to_history(stranger)
        fill(stranger, PIN)
        shown(stranger, SITE if is_read else "Wait here")
        await_true(lambda: len(keeper.ingest.histories) == number)  # noqa: B023  # used within the turn
        keeper.stop()
        keeper.ingest.opens_history = True  # the officer opens it meanwhile
        keeper.start()
        await_true(lambda: stranger.find(WINDOW) is None)
        beats = keeper.ingest.heartbeats
        await_true(lambda: keeper.ingest.heartbeats >= beats + 4)  # noqa: B023
        assert len(keeper.ingest.histories) == number  # it asks for nothing by itself
        go_to_pin(stranger)
        shown(stranger, "Type your PIN to see")
        fill(stranger, PIN)
    assert SITE not in shown(stranger, "What is monitored")
    assert opened(keeper) == [1]
