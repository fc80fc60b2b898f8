"""The device's own pages on a real display: a click opens them, the PIN shows the details, the indicator stays visible (design §1.6)."""

from collections.abc import Iterator

import pytest

from offmon.agent.clock import now
from offmon.agent.presence import style
from offmon.core import clock
from offmon.core.access import portal_access
from offmon.core.authority.profile import Controller, PersonText
from offmon.core.clock import Period
from offmon.core.formats.event import DeviceNote, NoteKind
from offmon.core.formats.problem import Problem, answer
from offmon.core.ids import Ms
from tests.integration.agent.devices import Device, await_true, copied
from tests.integration.agent.presence.reading import (
    CODE,
    NOTICE,
    PIN,
    RIGHTS,
    STOP,
    WINDOW,
    choose_pin,
    code_in,
    fill,
    get_code,
    go_to_pin,
    press_button,
    shown,
    window_of,
)
from tests.integration.agent.presence.stranger import Stranger

TERM = "You must not look at pictures of lighthouses"
CONTACT = "dpo@force.invalid"
MARKER = "found-9c41"


@pytest.fixture
def desk(enrolled: Device, desktop: str) -> Iterator[Device]:
    """An enrolled device with an agent that collects, on a desktop with a window manager."""
    with copied(enrolled, desktop) as one:
        agency = one.ingest.agency
        agency.issue(
            person_texts=(PersonText(agency.term, TERM, Period(Ms(0), Ms(now() + 90 * clock.DAY_MS))),),
            controllers=(Controller(agency.agency, "Eighty-Six Police", CONTACT),),
        )
        one.start()
        yield one


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
    for said in (CONTACT, "visits to sites", "Permission 1 runs until", "Monitoring is on"):
        assert said in page
    for button, said in (
        (1, "site-list, version 1"),
        (NOTICE, desk.ingest.agency.root.public.fingerprint),
        (RIGHTS, "14 days later"),
    ):
        press_button(stranger, button)
        shown(stranger, said)
        press_button(stranger)  # back
        shown(stranger, TERM)

    stranger.press("Escape")
    await_true(lambda: stranger.find(WINDOW) is None)
    go_to_pin(stranger)
    shown(stranger, "Type your PIN")
    fill(stranger, "000000")
    assert TERM not in shown(stranger, "That is not right")
    fill(stranger, "471147")
    assert TERM in shown(stranger, TERM)
    desk.kill()
    await_true(lambda: stranger.find(WINDOW) is None)  # it ends with its agent


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
    await_true(lambda: style.ON in stranger.colours(stranger.frame()))
    desk.ingest.next_answers.extend([None] * 50)  # from here on whoever asks is not answered
    desk.tell({"url": f"https://listed.example/{MARKER}"})
    await_true(lambda: len(desk.ingest.next_answers) < 50)
    before = findings_in(desk)
    go_to_pin(stranger)
    choose_pin(stranger, desk.ingest.code.text)
    assert MARKER not in shown(stranger, TERM)
    assert findings_in(desk) == before
    assert {"outbox.sqlite", "enrolled", "keys", "profile"} <= set(before)


def test_while_it_is_open_the_agent_works_and_a_code_for_another_device_is_as_signed_and_lies_in_no_file(
    desk: Device, stranger: Stranger
) -> None:
    go_to_pin(stranger)
    choose_pin(stranger, desk.ingest.code.text)
    shown(stranger, TERM)
    desk.tell({"url": f"https://listed.example/{MARKER}"})
    await_true(lambda: len(desk.ingest.disclosures()) == 1)
    assert style.ON in stranger.colours(stranger.frame())
    assert window_of(stranger).overlap(stranger.frame()).area == 0
    given = code_in(get_code(stranger, "Your sign-in name"))
    (told,) = desk.ingest.ways_in
    assert told.proof == portal_access.proof_of(given)
    assert abs(told.drawn_at - now()) < clock.MINUTE_MS
    beats = desk.ingest.heartbeats
    await_true(lambda: desk.ingest.heartbeats >= beats + 2)
    plain = (given.name, given.code, given.code.replace("-", ""), told.proof)
    for path, data in desk.files():
        assert [word for word in plain if word.encode() in data or bytes.fromhex(told.proof) in data] == [], path
    stranger.press("Escape")
    await_true(lambda: stranger.find(WINDOW) is None)
    assert desk.stop() == ""
    assert desk.ingest.gaps() == []


def test_what_was_agreed_to_stops_with_the_network_cut_and_the_agency_hears_of_it_later(
    desk: Device, stranger: Stranger
) -> None:
    """R-LEG-20: two presses behind the PIN, and no reason asked."""
    agency = desk.ingest.agency
    agreed = PersonText(agency.term, TERM, Period(Ms(0), Ms(now() + 90 * clock.DAY_MS)))
    agency.issue(person_texts=(agreed,), agreed=(agency.term,))
    desk.stop()
    desk.start(heartbeat_s=1)
    await_true(lambda: sum(note.note == NoteKind.STARTED for note in desk.ingest.notes()) == 2)
    go_to_pin(stranger)
    choose_pin(stranger, desk.ingest.code.text)
    shown(stranger, TERM)
    desk.ingest.next_answers.extend([None] * 1_000)  # from here on whoever asks is not answered
    press_button(stranger, STOP)
    assert TERM in shown(stranger, "Nobody asks why")
    press_button(stranger)
    assert TERM not in shown(stranger, "You stopped it")
    pressed = now()
    desk.tell({"url": f"https://listed.example/{MARKER}"})
    desk.stop()
    desk.start(heartbeat_s=1)  # a restart brings nothing back
    desk.tell({"url": f"https://listed.example/{MARKER}"})
    desk.ingest.next_answers.clear()
    await_true(lambda: bool(withdrawn(desk)))
    [note] = withdrawn(desk)
    assert note.term == agency.term
    assert note.at <= pressed
    assert desk.ingest.disclosures() == []


def withdrawn(desk: Device) -> list[DeviceNote]:
    return [note for note in desk.ingest.notes() if note.note == NoteKind.AGREEMENT_WITHDRAWN]


def test_without_the_pin_once_more_there_is_no_code_and_where_the_agency_gives_none_the_page_says_why(
    desk: Device, stranger: Stranger
) -> None:
    desk.ingest.next_ways_in.extend([None, answer(Problem.UNAVAILABLE), answer(Problem.TOO_MANY)])
    go_to_pin(stranger)
    choose_pin(stranger, desk.ingest.code.text)
    shown(stranger, TERM)
    press_button(stranger, CODE)
    shown(stranger, "Type your PIN again")
    fill(stranger, "000000")
    shown(stranger, "That is not right")
    assert desk.ingest.ways_in == []
    fill(stranger, PIN)
    page = shown(stranger, "Check that this device is online")
    assert "ask your officer" in page
    get_code(stranger, "Check that this device is online", button=1)
    page = get_code(stranger, "Try again tomorrow", button=1)
    assert len(desk.ingest.ways_in) == 3
    desk.stop()
    assert "Your sign-in name" not in page
