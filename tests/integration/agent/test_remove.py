"""Removing the agent: its last words reach the agency, and nothing of it remains on the device (R-SEC-21, R-RGT-20)."""

import shutil
from pathlib import Path

from offmon.core.formats.event import GapReason, NoteKind
from tests.integration.agent.devices import Device

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
