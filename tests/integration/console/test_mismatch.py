"""Records that disagree with the log: the page says so, the log has it, the data protection officer sees it (issue 4)."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id
from offmon.core.log.agreement import Disagreement
from offmon.core.log.audit import VAULT, EntryOutcome, Verb
from offmon.server.audit.policy import check_rows_agree
from offmon.server.audit.queries import mismatches
from offmon.server.evidence.actions.refusals import _do_note
from offmon.server.faces.console import refusals
from offmon.server.faces.console.mismatch_words import FOUND
from tests.integration.console.office import Office, decide, send, send_checked, sign_in, sign_in_as
from tests.integration.console.test_acts import day, the_id
from tests.integration.console.test_reads import vault_behind
from tests.integration.integrity.walking import walking
from tests.prove.markers import proves
from tests.support.taken import overwrite, superuser
from tests.support.vault import answering
from tests.unit.server.faces.matrix import Whose

TOLD = "Records that do not match the log"


@pytest.fixture
def officer(office: Office) -> Iterator[Client]:
    """Who asks for bundles; the vault does what the console asks of it."""
    with vault_behind(office.story, "open_export", "release", "download"):
        yield sign_in("officer")


def prepared(office: Office, page: str) -> str | None:
    """The code by which the vault refuses to go on with a bundle; None: it has built it."""
    export = Id(page.split("/")[-2])
    with answering(office.story) as vault:
        try:
            vault.build_export(export)
        except Refused as refusal:
            return refusal.code
    return None


def asked(office: Office, officer: Client) -> str:
    """Where a bundle is asked for: the vault wrote what it opens, and the witness has seen that."""
    case = office.story.case
    period = {**day("since", date(2026, 1, 1)), **day("until", date(2099, 1, 1))}
    answer = send_checked(
        officer, f"/cases/{case}/exports/new/", recipient="An invented court", reason="A hearing", **period
    )
    office.story.publish()
    return f"/cases/{case}/exports/{the_id(answer, 'exports')}/"


def change(office: Office) -> None:
    """As the owner of the database: the alert is made less grave than it is."""
    overwrite(office.story, "triage_alert", office.story.alerts[0], {"gravity": Gravity.STANDARD.value})


def read(browser: Client, path: str = "/") -> str:
    return re.sub(r"\s+", " ", browser.get(path, follow=True).content.decode())


@proves("S111", mismatches, disabled=lambda *, actor: [])
@proves("S111", _do_note, disabled=lambda case, code, verb, *, actor: None)
def test_changed_records_are_called_that_at_the_first_try_logged_and_told(office: Office, officer: Client) -> None:
    """The officer's own page, which no witness has seen yet, hides nothing: it wrote no record."""
    page = asked(office, officer)
    change(office)
    for _ in range(2):
        assert prepared(office, page) == "rows-changed"
        said = read(officer, page)
        assert "do not match the log. We revealed nothing" in said
        assert "data protection officer" in said
    entries = office.story.entries(Verb.MISMATCH_FOUND)
    assert [(one.case, one.actor.id, one.outcome, one.reason) for one in entries] == [
        (office.story.case, VAULT, EntryOutcome.DENIED, "rows-changed")
    ] * 2
    protector = sign_in_as(office, Role.DATA_PROTECTION, Whose.COLLEAGUES)
    assert "See what was found" in read(protector)
    told = read(protector, "/assessments/")
    assert TOLD in told
    assert office.story.case in told
    assert "2 times" in told
    assert "Sam Invented" not in told


def test_who_else_is_not_told(office: Office, officer: Client) -> None:
    page = asked(office, officer)
    change(office)
    prepared(office, page)
    for role, whose in (
        (Role.SUPERVISOR, Whose.OWN),
        (Role.DATA_PROTECTION, Whose.ANOTHER_AGENCYS),
        (Role.DATA_PROTECTION, Whose.PARTYS),
    ):
        assert TOLD not in read(sign_in_as(office, role, whose), "/assessments/")


def test_a_page_that_was_looked_at_makes_no_bundle_wait(office: Office, officer: Client) -> None:
    page = asked(office, officer)
    officer.get(f"/cases/{office.story.case}/")
    assert prepared(office, page) is None
    assert TOLD not in read(sign_in_as(office, Role.DATA_PROTECTION, Whose.OWN))


def test_a_record_that_was_written_since_waits_for_the_witness_and_nobody_is_told(
    office: Office, officer: Client
) -> None:
    page, [alert] = asked(office, officer), office.story.alerts
    officer.get(f"/alerts/{alert}/")
    given = {"outcome": "permitted", "reason": "The licence allows it."}
    assert decide(officer, alert, **given).status_code == 302
    assert prepared(office, page) == "not-witnessed-yet"
    assert "last refused" not in read(officer, page)
    assert office.story.entries(Verb.MISMATCH_FOUND) == []
    change(office)  # that the alert waits excuses no other state of it
    assert prepared(office, page) == "rows-changed"
    assert len(office.story.entries(Verb.MISMATCH_FOUND)) == 1


def test_a_built_bundle_that_was_changed_does_not_leave(office: Office, officer: Client) -> None:
    page = asked(office, officer)
    assert prepared(office, page) is None
    assert send(sign_in("supervisor"), f"{page}approve/").status_code == 302
    office.story.publish()
    with superuser(office.story) as hand:
        hand.execute(
            "update evidence_enclosedpayload set ciphertext = set_byte(ciphertext, 0, 255 - get_byte(ciphertext, 0))"
        )
    said = send(officer, f"{page}download/").content.decode()
    assert refusals.SAID["does-not-open"] in said.replace("&#39;", "'")
    assert [one.reason for one in office.story.entries(Verb.MISMATCH_FOUND)] == ["does-not-open"]


@proves("S134", check_rows_agree, disabled=lambda *cases: None)
def test_what_the_integrity_process_finds_stops_the_case_and_is_told_until_it_is_put_right(
    office: Office, officer: Client, tmp_path: Path
) -> None:
    page, story = asked(office, officer), office.story
    case = f"/cases/{story.case}/"
    with walking(story, tmp_path) as watch:
        assert watch.look() == set()
        with superuser(story) as hand:  # a column that no bundle compares
            hand.execute("update triage_alert set due_at = due_at + 1")
        watch.look()
        assert prepared(office, page) == "rows-disagree"
        assert FOUND[Disagreement.ALTERED] in read(officer, case)
        protector = sign_in_as(office, Role.DATA_PROTECTION, Whose.COLLEAGUES)
        told = read(protector)
        assert "1 record does not match the log now" in told
        assert "Compliance (1)" in told
        with superuser(story) as hand:
            hand.execute("update triage_alert set due_at = due_at - 1")
        assert watch.look() == set()
        assert "Put right" in read(protector, "/assessments/")
        assert "do not match" not in read(officer, case)
        assert prepared(office, page) is None
