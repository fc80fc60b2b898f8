"""Every audit verb is an operation of DPA 2018 s.62, and a run cannot be edited, thinned or reordered (R-DPA-14; formats §7)."""

from dataclasses import fields, replace
from typing import Any

import pytest

from offmon.core.access.roles import Role
from offmon.core.ids import Digest, Ms, Slug
from offmon.core.log import audit
from offmon.core.log.audit import FIRST, AuditEntry, EntryOutcome, Operation, Verb, commit_of, record_of
from tests.support.entries import an_entry
from tests.unit.core.samples import NOW, code_of, digest, ident

SALT = bytes(range(32))
OFFICER = audit.EntryActor(ident("officer"), Role.OFFENDER_MANAGER, None, ident("force"))
DECIDED = audit.Touched(Slug("triage_decision"), ident("decision"), digest("decision"))
ABOUT = {"case": ident("case"), "alert": ident("alert"), "decision": ident("decision")}
ENTRY = an_entry(Verb.ALERT_DECIDED, OFFICER, DECIDED, at=NOW, **ABOUT)


def test_every_verb_is_one_operation() -> None:
    operations = "alteration collection combination consultation disclosure erasure other"
    assert sorted(Operation) == operations.split()


@pytest.mark.parametrize(
    ("ending", "operation"),
    [("consulted", Operation.CONSULTATION), ("exported", Operation.DISCLOSURE), ("downloaded", Operation.DISCLOSURE)],
)
def test_reading_and_giving_away_are_logged_as_what_they_are(ending: str, operation: Operation) -> None:
    verbs = [verb for verb in Verb if verb.value.endswith(ending)]
    assert verbs
    assert {verb.operation for verb in verbs} == {operation}


@pytest.mark.parametrize("name", [f.name for f in fields(AuditEntry)])
def test_every_field_of_an_entry_is_committed_to(name: str) -> None:
    others: dict[str, Any] = {
        "at": Ms(NOW + 1),
        "verb": Verb.ALERT_RAISED,
        "operation": Operation.OTHER,
        "outcome": EntryOutcome.DENIED,
        "actor": replace(ENTRY.actor, id=ident("other")),
        "reason": "",
        "recipient": "",
        "manifest": digest("other"),
        "touched": (replace(ENTRY.touched[0], commit=digest("edited")),),
    }
    assert commit_of(replace(ENTRY, **{name: others.get(name, ident("other"))}), SALT) != commit_of(ENTRY, SALT)
    assert name in audit.fields_of(ENTRY)


def run(commits: list[Digest]) -> list[bytes]:
    records, previous = list[bytes](), FIRST
    for number, commit in enumerate(commits):
        previous = record_of(ident("case"), number, previous, commit)
        records.append(previous)
    return records


COMMITS = [digest(f"entry {n}") for n in range(5)]


@pytest.mark.parametrize(
    "other",
    [
        [*COMMITS[:2], digest("edited"), *COMMITS[3:]],
        [*COMMITS[:2], *COMMITS[3:], digest("one more")],
        [*COMMITS[:2], COMMITS[3], COMMITS[2], COMMITS[4]],
    ],
)
def test_from_a_change_on_every_record_of_the_run_is_another(other: list[Digest]) -> None:
    honest, changed = run(COMMITS), run(other)
    assert honest[:2] == changed[:2]
    assert not set(honest[2:]) & set(changed[2:])


def test_a_record_belongs_to_one_run_and_one_number() -> None:
    one = record_of(ident("case"), 0, FIRST, COMMITS[0])
    assert one != record_of(ident("other"), 0, FIRST, COMMITS[0])
    assert one != record_of(ident("case"), 1, FIRST, COMMITS[0])


@pytest.mark.parametrize("number", [-1, 2**53, 2**64])
def test_a_number_that_no_run_has_is_refused(number: int) -> None:
    assert code_of(record_of, ident("case"), number, FIRST, COMMITS[0]) == "bad-number"
