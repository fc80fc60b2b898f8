"""The device's own pages on a real display: a click opens them, the PIN shows the details, the indicator stays seen (design §1.6)."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from offmon.agent.clock import now
from offmon.agent.presence import look
from offmon.agent.presence.visible import Rect
from offmon.core import clock
from offmon.core.clock import Period
from offmon.core.event import GapReason
from offmon.core.ids import Ms
from offmon.core.profile import Controller, PersonText
from tests.integration.agent.devices import Device, await_true, device
from tests.integration.agent.presence.stranger import Stranger

WINDOW = "Offmon-details"
TERM = "You must not look at pictures of lighthouses"
CONTACT = "dpo@force.invalid"
MARKER = "found-9c41"
# Withdrawn, so that it takes nobody's focus.
COPIED = (
    "import tkinter; r = tkinter.Tk(); r.withdraw(); print(r.selection_get(selection='CLIPBOARD', type='UTF8_STRING'))"
)


@pytest.fixture
def desk(stranger: Stranger) -> Iterator[Device]:
    """An enrolled device with an agent that collects, on a desktop with a window manager."""
    with device(os.environ["DISPLAY"]) as one:
        status, said = one.enrol()
        assert status == 0, said
        agency = one.ingest.agency
        agency.issue(
            person_texts=(PersonText(agency.term, TERM, Period(Ms(0), Ms(now() + 90 * clock.DAY_MS))),),
            controllers=(Controller(agency.agency, "Eighty-Six Police", CONTACT),),
        )
        one.start()
        one.await_collecting()
        yield one


def open_window(stranger: Stranger) -> None:
    stranger.drag(stranger.buttons()[0])
    await_true(lambda: stranger.find(WINDOW) is not None)


def window_of(stranger: Stranger) -> Rect:
    """The window with what the window manager put around it."""
    window = stranger.find(WINDOW)
    assert window is not None
    size = window.get_geometry()
    return Rect(size.x, size.y, size.width, size.height)


def shown(stranger: Stranger, holds: str) -> str:
    """What the person could copy from the window, once it says `holds`. The text then has the focus, and what can be typed follows it."""
    copied = ""

    def says() -> bool:
        nonlocal copied
        frame = window_of(stranger)
        stranger.drag((frame.x + 60, frame.y + 60))
        stranger.press("a", holding="Control_L")
        stranger.press("c", holding="Control_L")
        copied = subprocess.run([sys.executable, "-c", COPIED], capture_output=True, text=True, check=False).stdout
        return holds in copied

    await_true(says)
    return copied


def go_to_pin(stranger: Stranger) -> None:
    open_window(stranger)
    shown(stranger, "Not your account?")
    stranger.press("Tab")
    stranger.press("Return")


def fill(stranger: Stranger, *fields: str) -> None:
    """From the text on: each field in turn, then Return."""
    for text in fields:
        stranger.press("Tab")
        stranger.type(text)
    stranger.press("Return")


def choose_pin(stranger: Stranger, code: str, pin: str = "4711") -> str:
    shown(stranger, "Choose a PIN")
    fill(stranger, code, pin, pin)
    return code


def test_a_click_opens_it_and_only_the_paper_and_then_the_pin_show_what_is_monitored(
    desk: Device, stranger: Stranger
) -> None:
    paper = desk.ingest.code.text[:9]
    go_to_pin(stranger)
    choose_pin(stranger, "aaaa-aaaa")
    refused = shown(stranger, "That is not right")
    assert not [said for said in (TERM, CONTACT) if said in refused]
    choose_pin(stranger, paper)
    page = shown(stranger, TERM)
    for said in (CONTACT, "site-list, version 1", "permission number 1", "Monitoring is on", "14 days later"):
        assert said in page

    stranger.press("Escape")
    await_true(lambda: stranger.find(WINDOW) is None)
    go_to_pin(stranger)
    shown(stranger, "Type your PIN")
    fill(stranger, "0000")
    assert TERM not in shown(stranger, "That is not right")
    fill(stranger, "4711")
    assert TERM in shown(stranger, TERM)


def test_while_it_is_open_the_indicator_is_seen_and_the_agent_works(desk: Device, stranger: Stranger) -> None:
    go_to_pin(stranger)
    choose_pin(stranger, desk.ingest.code.text)
    shown(stranger, TERM)
    desk.tell({"url": "https://listed.example/", "title": MARKER})
    await_true(lambda: len(desk.ingest.disclosures()) == 1)
    assert look.ON in stranger.colours(stranger.frame())
    assert window_of(stranger).overlap(stranger.frame()).area == 0
    beats = desk.ingest.heartbeats
    stranger.press("Escape")
    await_true(lambda: stranger.find(WINDOW) is None and desk.ingest.heartbeats >= beats + 2)
    assert desk.stop() == ""
    assert GapReason.NOT_VISIBLE not in {gap.reason for gap in desk.ingest.gaps()}


def test_the_window_ends_with_its_agent(desk: Device, stranger: Stranger) -> None:
    open_window(stranger)
    desk.kill()
    await_true(lambda: stranger.find(WINDOW) is None)


def findings_in(desk: Device) -> dict[str, tuple[int, int, bytes]]:
    """Size, date and content of each file of the agent's folder, without what it writes by the clock and without the PIN's own file."""
    own = {"marks", "use", "pin"}
    return {
        path.name: (path.stat().st_size, path.stat().st_mtime_ns, data)
        for path, data in desk.files()
        if path.parent == desk.home and path.name not in own and not path.name.startswith(".")
    }


def test_opening_it_changes_no_file_but_the_pins_own_and_asks_nobody(desk: Device, stranger: Stranger) -> None:
    desk.stop()
    desk.start(heartbeat_s=3600)
    await_true(lambda: sum(note.note == "started" for note in desk.ingest.notes()) == 2)
    await_true(lambda: look.ON in stranger.colours(stranger.frame()))
    desk.ingest.next_answers.extend([None] * 50)  # from here on whoever asks is not answered
    desk.tell({"url": "https://listed.example/", "title": MARKER})
    await_true(lambda: len(desk.ingest.next_answers) < 50)
    before = findings_in(desk)
    go_to_pin(stranger)
    choose_pin(stranger, desk.ingest.code.text)
    assert MARKER not in shown(stranger, TERM)
    assert findings_in(desk) == before
    assert {"outbox.sqlite", "enrolled", "keys", "profile"} <= set(before)
