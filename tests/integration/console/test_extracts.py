"""An auditor takes what a search found: the file verifies with the trust file alone, and the taking is in the log (issue 18)."""

import re
from pathlib import Path

import pytest
from django.test import Client

from offmon.core.access.roles import MATRIX, Permission, Role
from offmon.core.formats import codec, dsse
from offmon.core.log import extract as extracts
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.server.audit.extracts import queries
from offmon.verify.app import main
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_log import ASKED, AUDITOR
from tests.integration.console.test_start_page import text
from tests.unit.server.faces.matrix import Whose

FOR = {"recipient": "The Information Commissioner"}


def auditors() -> Client:
    browser = sign_in(AUDITOR)
    send(browser, "/log/", **ASKED)
    return browser


def verified(office: Office, data: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """What `offmon verify` says of it, with the trust file of who reads it."""
    (folder / "trust.json").write_bytes(codec.dump(office.story.trust()))
    (folder / "extract.json").write_bytes(data)
    status = main([str(folder / "extract.json"), "--trust", str(folder / "trust.json")])
    return status, capsys.readouterr().out


def test_what_a_search_found_is_taken_as_a_file_that_anybody_checks(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story, browser = office.story, auditors()
    story.publish()
    address = f"/log/extract/?case={story.case}"
    assert address in browser.get(f"/log/?case={story.case}").content.decode()
    assert "Enter who it is for" in send(browser, address, recipient="").content.decode()
    answer = send(browser, address, **FOR)
    assert answer["Content-Disposition"] == (
        f'attachment; filename="offmon-log-{dsse.digest_of(answer.content)[:8]}.json"'
    )
    status, said = verified(office, answer.content, tmp_path, capsys)
    assert (status, said.splitlines()[0]) == (0, "VERIFIED")
    assert "of one run, without a gap" in said
    assert "purpose self_monitoring" in said
    for name in (story.person, "Officer Invented", "Auditor"):
        assert name.encode() not in answer.content
    [taken] = story.entries(Verb.LOG_TAKEN)
    held = extracts.read(answer.content).entries
    assert (taken.case, taken.manifest) == (story.case, dsse.digest_of(answer.content))
    assert taken.reason == f"self_monitoring; {len(held)} entries; case {story.case}"
    assert taken.recipient == FOR["recipient"]
    # A later extract shows the entry of the taking, with the digest that the verifier prints.
    story.publish()
    later = send(browser, "/log/extract/?what=log.taken", **FOR).content
    assert verified(office, later, tmp_path, capsys)[0] == 0
    assert extracts.read(later).entries[0].entry.manifest == dsse.digest_of(answer.content)
    assert "Took an extract of the log" in browser.get("/log/?what=log.taken").content.decode()


def test_an_entry_that_somebody_changes_in_it_is_found(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = auditors()
    office.story.publish()
    data = send(browser, "/log/extract/?what=case.opened", **FOR).content
    assert verified(office, data, tmp_path, capsys)[0] == 0
    officer = office.story.officer.id
    assert officer.encode() in data
    other = data.replace(f'"id":"{officer}"'.encode(), f'"id":"{office.story.supervisor.id}"'.encode())
    status, said = verified(office, other, tmp_path, capsys)
    assert status == 1
    assert "it was altered, moved or made up. [not-in-log] entry 1" in said


def test_what_no_witness_saw_yet_is_not_in_it_and_too_much_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = auditors()
    office.story.publish()
    assert "Nothing that the search finds" in text(browser, "/log/extract/?what=case.opened")
    send(sign_in("officer"), "/search/", words="invented")
    address = "/log/extract/?what=search.own_name"
    shown = text(browser, address)
    assert "There is nothing to take" in shown
    assert "1 that no witness has seen yet" in shown
    assert browser.post(address, FOR).headers["Content-Type"].startswith("text/html")
    monkeypatch.setattr(queries, "MOST", 2)
    everything = send(browser, "/log/extract/", **FOR).content.decode()
    assert "finds more than 2 entries" in everything
    assert office.story.entries(Verb.LOG_TAKEN) == []


def test_nobody_takes_any_of_it_without_a_reading_or_the_permission(office: Office) -> None:
    office.story.publish()
    browser = sign_in(AUDITOR)
    assert "For which purpose do you read the log?" in text(browser, "/log/extract/")
    assert send(browser, "/log/extract/", **FOR).headers["Content-Type"].startswith("text/html")
    for role in MATRIX:
        if (role, Whose.COLLEAGUES) in office.staff and Permission.AUDIT_TAKE not in MATRIX[role]:
            other = sign_in(sign_in_name(role, Whose.COLLEAGUES))
            assert other.get("/log/extract/").status_code == 403
    assert office.story.entries(Verb.LOG_TAKEN) == []
    protection = sign_in(sign_in_name(Role.DATA_PROTECTION, Whose.COLLEAGUES))
    send(protection, "/log/", **ASKED)
    assert send(protection, "/log/extract/", **FOR).headers["Content-Type"] == "application/json"
    [taken] = office.story.entries(Verb.LOG_TAKEN)
    assert (taken.outcome, taken.case) == (EntryOutcome.ALLOWED, None)
    assert re.fullmatch(r"self_monitoring; [0-9]+ entries; all", taken.reason or "")
