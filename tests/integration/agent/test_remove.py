"""Removing the agent: its last words reach the agency, and nothing of it remains on the device (R-SEC-21, R-RGT-20)."""

import shutil
from pathlib import Path

from offmon.core.formats.event import GapReason, NoteKind
from tests.integration.agent.devices import Device, await_true

LISTED = {"url": "https://listed.example/queued-7f3a", "title": "queued-7f3a"}


def test_its_last_words_are_delivered_and_nothing_of_it_remains(person: Device) -> None:
    person.start()
    status, said = person.call("remove", "--home", str(person.home), "--server", person.url)
    assert (status, "already-running" in said) == (1, True)  # not while it runs
    person.stop()
    before = {path.name for path, _ in person.files()}
    assert {"keys", "enrolled", "profile", "outbox.sqlite"} <= before  # so that finding nothing below means something
    status, said = person.call("remove", "--home", str(person.home), "--server", person.url)
    assert (status, "removed from this account" in said) == (0, True)
    assert not person.home.exists()
    assert [path for path, _ in person.files() if person.home in path.parents] == []
    notes = [note.note for note in person.ingest.notes()]
    assert notes == [NoteKind.STARTED, NoteKind.STOPPED, NoteKind.WITHDRAWN]
    assert [gap.reason for gap in person.ingest.gaps()] == [GapReason.AGENT_DOWN]
    status, said = person.call("status", "--home", str(person.home))
    assert status == 1


def test_of_a_time_in_which_nothing_was_granted_no_gap_is_declared(person: Device) -> None:
    """As once monitoring has ended: the last profile grants nothing, and the removal is no coverage gap."""
    person.start()
    before = (person.home / "profile").read_bytes()
    person.stop()
    person.ingest.agency.lists = ()
    person.ingest.agency.issue(grants=())
    person.start()
    await_true(lambda: (person.home / "profile").read_bytes() != before)
    person.stop()
    gaps = len(person.ingest.gaps())
    status, _ = person.call("remove", "--home", str(person.home), "--server", person.url)
    assert (status, person.home.exists()) == (0, False)
    assert person.ingest.notes()[-1].note is NoteKind.WITHDRAWN
    assert len(person.ingest.gaps()) == gaps


def test_without_the_agency_it_is_removed_all_the_same(person: Device) -> None:
    person.start()
    person.ingest.next_answers.extend([None] * 200)
    person.tell(LISTED)
    person.kill()
    status, _ = person.call("remove", "--home", str(person.home), "--server", person.url)
    assert (status, person.home.exists()) == (0, False)


def test_a_damaged_store_is_no_reason_to_stay(person: Device) -> None:
    person.start()
    person.stop()
    for file in ("outbox.sqlite", "profile"):
        (person.home / file).write_bytes(b"damaged")
    status, _ = person.call("remove", "--home", str(person.home), "--server", person.url)
    assert (status, person.home.exists()) == (0, False)


def test_a_folder_with_somebody_elses_file_in_it_is_not_removed(person: Device) -> None:
    own = person.home / "letter.txt"
    shutil.copy(Path(__file__), own)
    status, said = person.call("remove", "--home", str(person.home), "--server", person.url)
    assert (status, "home-shared" in said) == (1, True)
    assert own.exists()
    assert (person.home / "keys").exists()
