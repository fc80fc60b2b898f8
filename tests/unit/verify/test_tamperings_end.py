"""An end certificate: what it says verifies, and whatever somebody did to it is found, in a sentence (R-RGT-20)."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from offmon.core.authority.standstill import Why
from offmon.core.bundle import end_certificate as certificates
from offmon.core.bundle.end_certificate import EndCertificate
from offmon.core.bundle.layout import Record
from offmon.core.clock import DAY_MS
from offmon.core.formats import canon
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.note import SignedNote
from offmon.core.states import DeploymentState
from offmon.verify.app import judge, main
from offmon.verify.text import as_json, as_text
from offmon.verify.verdict import CheckState, Name
from tests.support.end_certificates import Change, certificate_of, dumped, ended
from tests.support.forge import Forge, save_trust
from tests.support.tamper import caught, honest, unreadable


@cache
def world() -> Forge:
    return ended()


def trust() -> TrustFile:
    return honest().trust


def made() -> EndCertificate:
    return certificate_of(world())


def test_it_is_verified_with_the_trust_file_alone(tmp_path: Path) -> None:
    data = dumped(made())
    verdict = judge(data, trust())
    assert (verdict.exit, [one.name for one in verdict.checks]) == (0, [Name.LOGGED, Name.ENDED]), as_text(verdict)
    said = as_text(verdict)
    assert said.startswith("VERIFIED\n")
    assert "end of monitoring 86/0001: ended 2026-" in said
    assert "because discharged" in said
    assert "disclosures 3, exhibits 1, decisions 2" in said
    assert "A profile that grants nothing was signed" in said
    assert "What no end certificate shows:" in said
    assert json.loads(as_json(verdict))["found"] == verdict.found
    assert b"words of the officer" not in data
    assert str(world().people["officer"]).encode() not in data
    (tmp_path / "end.json").write_bytes(data)
    (tmp_path / "trust.json").write_bytes(save_trust(trust()))
    command = [str(tmp_path / "end.json"), "--trust", str(tmp_path / "trust.json")]
    assert main(command) == 0
    assert main(command[:1]) == 1


def test_without_a_trust_file_the_log_is_not_checked_and_no_two_states_are_proved() -> None:
    verdict = judge(dumped(made()), None)
    assert (verdict.exit, verdict.check(Name.LOGGED).state) == (1, CheckState.NOT_CHECKED)
    caught(
        dumped(made()), trust(), Name.SINCE, "since-no-proof", "no two states", since=Checkpoint("log", 1, bytes(32))
    )


def fact(**changes: Any) -> Change:
    return lambda one: replace(one, facts=replace(one.facts, **changes))


def of_device(**changes: Any) -> Change:
    return lambda one: fact(devices=(replace(one.facts.devices[0], **changes),))(one)


def entry(nth: int, **changes: Any) -> Change:
    def change(one: EndCertificate) -> EndCertificate:
        lines = list(one.entries)
        lines[nth] = replace(lines[nth], **changes)
        return replace(one, entries=tuple(lines))

    return change


def shown(record: Record, **values: Any) -> Record:
    """A record that says something else under the digests that it had."""
    said: Any = canon.decode(record.values, max_size=1 << 20)
    return replace(record, values=canon.encode(said | values))


def records(**values: Any) -> Change:
    return lambda one: replace(one, records=(shown(one.records[0], **values), *one.records[1:]))


def without(verb: Verb) -> Change:
    word = f'"{verb.value}"'.encode()
    return lambda one: replace(one, entries=tuple(line for line in one.entries if word not in line.record.values))


LATER = Ms(world().now + DAY_MS)


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("facts-changed", "not the ones that the agency recorded", fact(reference="86/0002")),
        (
            "facts-changed",
            "not the ones that the agency recorded",
            lambda one: fact(kept=replace(one.facts.kept, held=0))(one),
        ),
        ("facts-changed", "not the ones that the agency recorded", fact(devices=())),
        ("facts-changed", "not the ones that the agency recorded", without(Verb.END_CERTIFICATE_MADE)),
        ("other-end", "at another time, or for another reason", fact(why=Why.QUASHED)),
        ("other-end", "at another time, or for another reason", fact(ended_at=LATER)),
        ("not-ended", "No entry of this case", fact(deployment=Id("9" * 32))),
        ("not-ended", "No entry of this case", fact(case=Id("9" * 32))),
        ("not-ended", "No entry of this case", without(Verb.DEPLOYMENT_ENDED)),
        ("end-unproved", "not the one that the log holds", lambda one: replace(one, records=one.records[1:])),
        ("field-changed", "not the one that was committed to", records(why="quashed")),
        ("grant-unproved", "last grant ended then", of_device(granted_until=LATER)),
        ("grant-unproved", "last grant ended then", of_device(device=Id("9" * 32))),
        ("stop-unproved", "No profile here that grants nothing", of_device(stopped_at=LATER)),
        ("stop-unproved", "No profile here that grants nothing", lambda one: replace(one, profiles=())),
        (
            "stop-unproved",
            "No profile here that grants nothing",
            lambda one: replace(one, profiles=(world().profiles[0][1],)),
        ),
    ],
)
def test_what_the_entries_do_not_show_is_named(code: str, words: str, change: Change) -> None:
    verdict = caught(dumped(made(), change), trust(), Name.ENDED, code, words)
    assert as_text(verdict).startswith("NOT VERIFIED\n")


@pytest.mark.parametrize(
    "change",
    [
        entry(0, number=99),
        entry(0, index=2),
        entry(1, path=()),
        entry(1, previous="0" * 64),
        fact(case=Id("9" * 32)),
        lambda one: entry(0, record=one.entries[1].record)(one),
    ],
    ids=["another number", "another place", "no path", "another before it", "another case's", "another's proof"],
)
def test_an_entry_that_the_log_does_not_hold_there_is_named(change: Change) -> None:
    caught(dumped(made(), change), trust(), Name.LOGGED, "not-in-log", "it was altered, moved or made up")


def test_an_entry_that_stands_there_twice_is_named() -> None:
    twice = dumped(made(), lambda one: replace(one, entries=(*one.entries, one.entries[0])))
    caught(twice, trust(), Name.LOGGED, "entry-twice", "in the file twice")


def test_an_entry_that_says_something_else_is_named() -> None:
    first = made().entries[1].record
    for name in (Name.LOGGED, Name.ENDED):
        change = entry(1, record=shown(first, at=LATER))
        caught(dumped(made(), change), trust(), name, "field-changed", "not the one that was committed to")


def older(one: EndCertificate) -> EndCertificate:
    """Under a checkpoint from before the end."""
    return replace(one, checkpoint=world().log.notes[0][1].data.decode())


def unwitnessed(one: EndCertificate) -> EndCertificate:
    note = SignedNote.parse(one.checkpoint.encode())
    return replace(one, checkpoint=replace(note, signatures=note.signatures[:1]).data.decode())


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("not-in-log", "No proof leads from an entry to the log", older),
        ("not-cosigned", "no witness saw it", unwitnessed),
        ("no-keys", "no statement of the agency's keys", lambda one: replace(one, keys=())),
        ("unknown-agency", "does not name the agency", fact(agency=Id("9" * 32))),
    ],
)
def test_another_checkpoint_or_other_keys_are_named(code: str, words: str, change: Change) -> None:
    caught(dumped(made(), change), trust(), Name.LOGGED, code, words)


def refused(one: Any) -> Any:
    return replace(one, outcome=EntryOutcome.DENIED) if one.verb is Verb.DEPLOYMENT_ENDED else one


@pytest.mark.parametrize(
    ("code", "bends"),
    [
        ("end-unproved", {"state": DeploymentState.SUSPENDED}),
        ("stop-unproved", {"stop": lambda profile: profile}),
        ("not-ended", {"entry": refused}),
    ],
    ids=["only suspended", "still granting", "only tried"],
)
def test_by_whoever_holds_the_agencys_keys(code: str, bends: Any) -> None:
    """The log is true, and holds another thing than an end."""
    other = ended(**bends)
    caught(dumped(certificate_of(other)), trust(), Name.ENDED, code, "")


def test_what_is_no_certificate_is_not_read() -> None:
    unreadable(dumped(replace(made(), entries=())), "bad-certificate", "no entry of the log")
    unreadable(dumped(made()).replace(b'"facts"', b'"facta"', 1), "bad-field", "not exactly the ones")
    unreadable(b'"type":"offmon/end-certificate@1"}', "not-json", "not JSON")
    assert certificates.is_one(dumped(made()))
