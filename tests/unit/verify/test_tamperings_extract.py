"""An extract of the log: what is in it verifies, and whatever somebody did to it is found, in a sentence (issue 18; DPA 2018 s.62)."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offmon.core.clock import HOUR_MS
from offmon.core.formats import canon, dsse
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log import extract as extracts
from offmon.core.log.audit import FIRST, Operation, Verb
from offmon.core.log.extract import LogExtract, LogSearch
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.cosignature import cosign
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proving import sign_checkpoint
from offmon.verify.app import judge, main
from offmon.verify.text import as_json, as_text
from offmon.verify.verdict import CheckState, Name
from tests.prove.markers import proves
from tests.support.extracts import Change, dumped, edited, extract_of, with_entry
from tests.support.forge import Forge, save_trust
from tests.support.tamper import STRANGER, caught, honest, unreadable

TRUST = honest().trust
SOME = (1, 2, 5)


def taken(*numbers: int) -> LogExtract:
    return extract_of(honest().forge, numbers or None)


def noted(change: Any) -> Change:
    """The checkpoint, changed."""
    return lambda one: replace(one, checkpoint=change(SignedNote.parse(one.checkpoint.encode())).data.decode())


def test_each_entry_is_shown_to_be_in_the_witnessed_log_and_the_rest_is_said_to_be_elsewhere() -> None:
    data = dumped(taken(*SOME))
    verdict = judge(data, TRUST)
    assert (verdict.exit, [one.name for one in verdict.checks]) == (0, [Name.LOGGED, Name.SEARCHED])
    said = as_text(verdict)
    assert said.startswith("VERIFIED\n")
    assert "entries 3, taken 2026-" in said
    assert f"case {honest().forge.case}" in said
    assert "Other entries of the log are not in this file" in said
    assert dsse.digest_of(data) in said
    assert "Witnessed on" in said
    assert "What no extract shows:" in said
    assert json.loads(as_json(verdict))["found"] == verdict.found


def test_what_follows_without_a_gap_is_said_to_be_whole() -> None:
    last = len(honest().forge.lines) - 1
    assert f"numbers 0 to {last} of one run, without a gap" in as_text(judge(dumped(taken()), TRUST))
    assert "without a gap" not in as_text(judge(dumped(taken(3)), TRUST))
    assert "without a gap" not in as_text(judge(dumped(taken(2, 3), edited(0, reason="another")), TRUST))
    assert "without a gap" not in as_text(judge(dumped(taken(2, 3)), None))


def swapped(one: LogExtract) -> LogExtract:
    """Two entries change places, each with the other's proof."""
    first, second, *rest = one.entries
    return replace(
        one,
        entries=(
            replace(first, entry=second.entry, salt=second.salt),
            replace(second, entry=first.entry, salt=first.salt),
            *rest,
        ),
    )


@proves("S162", extracts.faults, disabled=lambda extract, seen: [])
@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("not-in-log", "it was altered, moved or made up", edited(1, reason="another reason")),
        ("not-in-log", "it was altered, moved or made up", edited(1, at=Ms(honest().forge.lines[2].entry.at + 1))),
        ("not-in-log", "it was altered, moved or made up", with_entry(1, salt=b"0" * 32)),
        ("not-in-log", "it was altered, moved or made up", with_entry(1, number=3)),
        ("not-in-log", "it was altered, moved or made up", with_entry(1, path=())),
        ("not-in-log", "it was altered, moved or made up", with_entry(2, index=10_000)),
        ("not-in-log", "it was altered, moved or made up", swapped),
        ("entry-twice", "is in the file twice", lambda one: replace(one, entries=(*one.entries, one.entries[0]))),
        ("wrong-order", "they were moved", lambda one: replace(one, entries=one.entries[::-1])),
    ],
)
def test_by_whoever_holds_the_file(code: str, words: str, change: Change) -> None:
    verdict = caught(dumped(taken(*SOME), change), TRUST, Name.LOGGED, code, words)
    assert as_text(verdict).startswith("NOT VERIFIED\n")


def forked() -> LogExtract:
    """Two runs of one case in one log, and of the second what does not follow the first."""
    world = Forge().build().forge
    lines, world.previous, world.sequenced = world.lines, FIRST, 0
    world.lines = [replace(line, salt=world.salt()) for line in lines[:2]]
    world.sequence()
    twin, world.lines = extract_of(world), lines
    return replace(twin, entries=(extract_of(world, [0]).entries[0], twin.entries[1]))


def of_world(**bends: Any) -> LogExtract:
    return extract_of(Forge(**bends).build().forge)


def other_operation(entry: Any) -> Any:
    return replace(entry, operation=Operation.ERASURE) if entry.verb is Verb.CASE_OPENED else entry


def of_tomorrow(entry: Any) -> Any:
    return replace(entry, at=Ms(entry.at + 10_000 * HOUR_MS)) if entry.verb is Verb.CASE_OPENED else entry


@pytest.mark.parametrize(
    ("code", "words", "given"),
    [
        ("run-forked", "two are kept", forked),
        ("wrong-operation", "another operation than its verb", lambda: of_world(entry=other_operation)),
        ("witnessed-early", "before the time that it gives itself", lambda: of_world(entry=of_tomorrow)),
    ],
)
def test_by_whoever_holds_the_log_key(code: str, words: str, given: Any) -> None:
    caught(dumped(given()), TRUST, Name.LOGGED, code, words)


def without_witness(note: SignedNote) -> SignedNote:
    return replace(note, signatures=note.signatures[:1])


def of_another_log(note: SignedNote) -> SignedNote:
    """Signed and cosigned by the true keys, of another log."""
    world, tree = honest().forge, Checkpoint.parse(note.text)
    made = sign_checkpoint(replace(tree, origin="elsewhere.invalid/log"), world.keys["log"])
    return made.adding([cosign(made, world.witness, Ms(world.now))])


def by_a_stranger(note: SignedNote) -> SignedNote:
    world, made = honest().forge, sign_checkpoint(Checkpoint.parse(note.text), STRANGER)
    return made.adding([cosign(made, world.witness, Ms(world.now))])


@pytest.mark.parametrize(
    ("code", "words", "change"),
    [
        ("not-cosigned", "no witness saw it, or it was removed", noted(without_witness)),
        ("wrong-log", "of another log", noted(of_another_log)),
        ("not-signed", "none of the keys", noted(by_a_stranger)),
        ("no-keys", "no statement of the agency's keys", lambda one: replace(one, keys=())),
        ("unknown-agency", "does not name the agency", lambda one: replace(one, agency=Id("9" * 32))),
    ],
)
def test_by_whoever_brings_another_checkpoint_or_other_keys(code: str, words: str, change: Change) -> None:
    verdict = caught(dumped(taken(*SOME), change), TRUST, Name.LOGGED, code, words)
    assert verdict.witnesses == []


@pytest.mark.parametrize(
    "search",
    [
        LogSearch(case=Id("9" * 32)),
        LogSearch(staff=Id("9" * 32)),
        LogSearch(verb=Verb.LOG_TAKEN),
        LogSearch(operation=Operation.ERASURE),
        LogSearch(since=Ms(honest().forge.now)),
        LogSearch(until=Ms(1)),
    ],
)
def test_an_entry_that_the_stated_search_does_not_find_is_named(search: LogSearch) -> None:
    data = dumped(extract_of(honest().forge, SOME, search))
    verdict = caught(data, TRUST, Name.SEARCHED, "not-searched", "none that the stated search")
    assert verdict.check(Name.SEARCHED).reasons[0].where == "entry 1"
    assert verdict.check(Name.LOGGED).state is CheckState.HELD


@pytest.mark.parametrize(
    ("code", "words", "data"),
    [
        ("not-json", "not JSON", dumped(taken(*SOME))[:-200]),
        ("not-canonical", "altered or badly written", dumped(taken(*SOME)).replace(b'"agency"', b' "agency"', 1)),
        ("bad-field", "not exactly the ones", dumped(taken(*SOME)).replace(b'"purpose"', b'"person"', 1)),
        ("bad-extract", "between one and 5000 entries", dumped(replace(taken(*SOME), entries=()))),
        ("bad-note", "cut or altered", dumped(replace(taken(*SOME), checkpoint="nothing\n"))),
        ("bad-checkpoint", "three lines", dumped(taken(*SOME), noted(lambda note: replace(note, text="one\n")))),
    ],
)
def test_what_is_no_extract_is_not_read(code: str, words: str, data: bytes) -> None:
    if code == "not-canonical":
        assert canon.decode(dumped(taken(*SOME)), max_size=1 << 24)
    unreadable(data if not data.startswith(b"{ ") else b"{" + data[2:] + b" ", code, words)


def test_its_size_is_asked_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extracts, "MAX_BYTES", 9)
    unreadable(b"{" * 10, "too-large", "at most 9 are read")


def test_without_a_trust_file_or_with_a_checkpoint_of_ones_own_it_is_not_verified(tmp_path: Path) -> None:
    data = dumped(taken(*SOME))
    verdict = judge(data, None)
    assert verdict.exit == 1
    assert verdict.check(Name.LOGGED).state is CheckState.NOT_CHECKED
    caught(data, TRUST, Name.SINCE, "since-no-proof", "cannot be checked", since=Checkpoint("log", 1, bytes(32)))
    (tmp_path / "extract.json").write_bytes(data)
    (tmp_path / "trust.json").write_bytes(save_trust(TRUST))
    command = [str(tmp_path / "extract.json"), "--trust", str(tmp_path / "trust.json")]
    assert main(command) == 0
    assert main(command[:1]) == 1
    (tmp_path / "extract.json").write_bytes(data[:-1])
    assert main(command) == 2


def test_the_digest_is_the_one_that_the_log_holds_of_it() -> None:
    data = dumped(taken(*SOME))
    assert Digest(dsse.digest_of(data)) != dsse.digest_of(dumped(taken(1, 2)))
