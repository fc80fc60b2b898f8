"""The person's activity record, checked on the real device beside the running agent, by its receipts and without a server."""

from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO

import pytest

from offmon.assure.activity_record import main
from offmon.core.formats import codec, journal
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.formats.trust import KeyRole
from offmon.core.person.activity_record import ActivityRecord
from tests.integration.agent.devices import Device, await_true
from tests.support.fake_agency import ORIGIN
from tests.support.told_page import Page, drawn


@pytest.fixture
def page(person: Device) -> Page:
    """The agency's log with two sealed days, whose checkpoint its receipts carry."""
    agency = person.ingest.agency
    made = Page(agency.agency, agency.case, agency.device, ORIGIN, key=agency.keys[KeyRole.LOG])
    person.ingest.log_checkpoint = made.told.log[-1].checkpoint
    return made


def told_of(person: Device, page: Page) -> ActivityRecord:
    """The honest file: what this device disclosed, and who looked."""
    commits = [journal.committed(leaf).commit for leaf in person.ingest.leaves() if isinstance(leaf, DisclosureLeaf)]
    line = page.told.sent[0]
    return replace(page.told, sent=tuple(replace(line, commit=one) for one in commits))


def check(person: Device, data: bytes) -> tuple[int, str]:
    file = person.folder / "page.json"
    file.write_bytes(data)
    file.chmod(0o644)
    return person.call("told", "--home", str(person.home), str(file))


def elsewhere(person: Device, notes: str, told: ActivityRecord) -> tuple[int, str]:
    """The same file at an expert's, with what the device wrote down."""
    folder = person.folder
    (folder / "page.json").write_bytes(codec.dump(told))
    (folder / "notes.json").write_text(notes)
    said = StringIO()
    with redirect_stdout(said):
        return main([str(folder / "page.json"), "--device", str(folder / "notes.json")]), said.getvalue()


def test_each_line_is_checked_while_the_agent_runs_and_after(person: Device, page: Page) -> None:
    person.start()
    person.tell({"url": "https://listed.example/a", "title": "A"}, {"url": "https://listed.example/b", "title": "B"})
    await_true(lambda: len(person.ingest.disclosures()) == 2)
    heard = person.ingest.heartbeats
    await_true(lambda: person.ingest.heartbeats > heard + 1)
    honest = told_of(person, page)
    status, said = check(person, codec.dump(honest))
    assert (status, "All of this file holds." in said, "Mae’r ffeil hon i gyd yn dal." in said) == (0, True, True), said
    assert "before it was sent: 2." in said
    assert "knew it: 4." in said
    assert "nothing proves yet: 1." in said
    status, notes = person.call("known", "--home", str(person.home))
    person.stop()
    assert check(person, codec.dump(honest)) == (0, said)
    assert status == 0
    assert elsewhere(person, notes, honest) == (0, said.partition("\n\n")[0] + "\n")
    strangers = notes.replace(honest.sent[0].commit, drawn("another"))
    status, found = elsewhere(person, strangers, honest)
    assert (status, "of what was sent: this device has no such record" in found) == (1, True)
    assert elsewhere(person, "{}", honest)[0] == 2

    never = replace(honest, sent=(honest.sent[0], replace(honest.sent[1], commit=drawn("never sent"))))
    status, said = check(person, codec.dump(never))
    assert status == 1
    assert "Line 2 of what was sent" in said
    first, second = honest.days[0].looks
    other = replace(second, look=replace(second.look, team="South"))
    status, said = check(person, codec.dump(replace(honest, days=(replace(honest.days[0], looks=(first, other)),))))
    assert (status, "Line 2 of who looked" in said) == (1, True)
    strange = Page(page.agency, page.case, page.device, ORIGIN, "South", page.key)
    status, said = check(person, codec.dump(replace(strange.told, sent=())))
    assert (status, "not what this device was given" in said) == (1, True)
    status, said = check(person, codec.dump(replace(honest, case=drawn("x")[:32])))  # type: ignore[arg-type]  # hex digits
    assert (status, "another person’s" in said) == (1, True)


def test_what_is_no_such_file_is_said_so_in_plain_words_and_without_a_profile_there_is_nothing_to_check_by(
    person: Device, page: Page
) -> None:
    for data in (b"", b"{}", b"\xff\x00", b"[" * 100_000, b" " * ((16 << 20) + 1)):
        status, said = check(person, data)
        assert (status, "not a file from your page" in said, "Traceback" in said) == (2, True, False)
    status, said = check(person, codec.dump(page.told))
    assert (status, "No permission has arrived" in said) == (1, True)
    assert person.call("told", "--home", str(person.home), str(person.folder / "absent"))[0] == 2
