"""Tamperings by someone who holds only the file: manifests are recomputed, keys are fresh (issue 2, "Tamperings")."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import Instrument
from offmon.core.authority.profile import HpkeKey, Profile
from offmon.core.bundle import layout
from offmon.core.bundle.layout import CaseRun, EpochJournal, EpochRow, Item, LeafAccount, Record
from offmon.core.errors import Malformed
from offmon.core.formats import canon, codec
from offmon.core.ids import Ms, Slug
from offmon.core.log.records import DecisionOutcome, DecisionRecord
from offmon.core.log.tlog.merkle import check_inclusion
from offmon.core.log.tlog.proof import Proof
from offmon.verify.app import judge
from offmon.verify.verdict import Name, Verdict
from tests.prove.markers import proves
from tests.support.forge import Forge, Forged, loaded
from tests.support.tamper import (
    STRANGER,
    called,
    caught,
    count_one_fewer,
    cut,
    edit,
    fails,
    find,
    having,
    hidden,
    honest,
    resigned,
    rewrite,
    without,
)


@pytest.fixture
def forged() -> Forged:
    return honest()


def codes(verdict: Verdict, name: Name) -> list[str]:
    """Every code of a check's reasons, once."""
    return sorted({reason.code for reason in verdict.check(name).reasons})


def decided(forged: Forged, outcome: DecisionOutcome) -> DecisionRecord:
    return next(one for one in forged.forge.all(DecisionRecord) if one.outcome is outcome)


def test_the_untouched_twin_verifies(forged: Forged) -> None:
    verdict = judge(forged.bundle(), forged.trust)
    assert [check.reasons for check in verdict.checks] == [[]] * 5
    assert verdict.exit == 0


def test_a_byte_in_an_item(forged: Forged) -> None:
    path = find(forged, "data/items/")
    item = loaded(Item, forged.payload[path])
    changed = replace(item.body, values=item.body.values.replace(b'"listed.invalid"', b'"lasted.invalid"'))
    edit(forged, path, Item, having(body=changed))
    verdict = fails(forged, Name.AUTHENTIC, "field-changed", "“matched_entry” is not the one that was committed to")
    assert verdict.check(Name.VALID).reasons == []  # a checksum is not what caught it


def test_a_byte_in_the_report(forged: Forged) -> None:
    forged.payload[layout.REPORT] = forged.payload[layout.REPORT].replace(b"invented", b"Invented")
    fails(forged, Name.AUTHENTIC, "payload-changed", "not those that were exported")


def test_an_item_dropped(forged: Forged) -> None:
    del forged.payload[find(forged, "data/items/")]
    fails(forged, Name.CONTINUOUS, "item-unaccounted", "disagree on whether it is shown")


def test_a_file_added(forged: Forged) -> None:
    forged.payload["data/more.html"] = b"<p>And this."
    fails(forged, Name.AUTHENTIC, "unknown-file", "a file that has no place in it")


@pytest.mark.parametrize(
    "path",
    [
        *("proofs/007.tlog-proof", "proofs/0.tlog-proof.bak", "proofs/0.checkpoint"),
        *("since/01.checkpoint", "since/1.note", "keys/1.json", "notes/1.json", "fetch.txt", "tagmanifest-sha512.txt"),
    ],
)
def test_a_tag_file_added(forged: Forged, path: str) -> None:
    """The export commits to no tag file: each is there for a check, or is not there."""
    forged.tags[path] = b"<h1>The judge should know"
    fails(forged, Name.AUTHENTIC, "unknown-file", "a file that has no place in it")


@pytest.mark.parametrize("with_keys", [True, False])
def test_a_proof_added_of_a_number_that_is_no_line(forged: Forged, *, with_keys: bool) -> None:
    forged.tags["proofs/9999.tlog-proof"] = b"<h1>The judge should know"
    trust = forged.trust if with_keys else None
    caught(forged.bundle(), trust, Name.CONTINUOUS, "unknown-file", "a file that has no place in it")


def test_a_tag_file_in_capitals(forged: Forged) -> None:
    forged.tags["proofs/0.TLOG-PROOF"] = b""
    with pytest.raises(Malformed, match="unsafe-path"):
        forged.bundle()  # and `unpack`, which writes the archive again, refuses it as the writer does


def test_a_line_added_to_a_proof(forged: Forged) -> None:
    """The format has room for a line that no signature covers."""
    path = layout.proof_path(3)
    forged.tags[path] = replace(Proof.parse(forged.tags[path]), extra=b"<h1>The judge should know").data
    fails(forged, Name.AUTHENTIC, "proof-extra", "which no signature covers")


def test_an_item_added(forged: Forged) -> None:
    item = loaded(Item, forged.payload[find(forged, "data/items/")])
    envelope = replace(item.envelope, n=999)
    path = layout.item_path(envelope.device, envelope.epoch, 999)
    forged.payload[path] = codec.dump(replace(item, envelope=envelope))
    fails(forged, Name.AUTHENTIC, "item-without-row", "comes from nowhere")


def widened(profile: Profile) -> Profile:
    grant = profile.grants[0]
    return replace(profile, grants=(*profile.grants, replace(grant, kind=Capability.SITE)))


def test_another_order_in_the_place_of_the_one_that_was_confirmed(forged: Forged) -> None:
    [shpo] = [one for one in forged.forge.all(Instrument) if one.basis is Basis.SHPO_SC]
    path = layout.record_path(Instrument.KIND, shpo.id)
    edit(forged, path, Record, lambda record: rewrite(record, basis=Basis.LICENCE.value))
    fails(forged, Name.AUTHENTIC, "record-changed", "This instrument is not the one that run")


def test_a_widened_profile(forged: Forged) -> None:
    path = find(forged, "data/profiles/")
    forged.payload[path] = resigned(forged.payload[path], Profile, STRANGER, widened)
    fails(forged, Name.AUTHENTIC, "profile-not-recorded", "this one grants what no other does")


def test_the_evidence_key_in_the_profile_swapped(forged: Forged) -> None:
    path = find(forged, "data/profiles/")
    swap = HpkeKey(1, bytes(32))
    forged.payload[path] = resigned(forged.payload[path], Profile, STRANGER, having(evidence_key=swap))
    words = "names another document; this one encloses to a key that is in no other"
    fails(forged, Name.AUTHENTIC, "profile-not-recorded", words)


def test_an_envelopes_time_moved(forged: Forged) -> None:
    def moved(item: Item) -> Item:
        claim = replace(item.envelope.claim, event_at=Ms(item.envelope.claim.event_at - 1))
        return replace(item, envelope=replace(item.envelope, claim=claim))

    edit(forged, find(forged, "data/items/"), Item, moved)
    fails(forged, Name.AUTHENTIC, "envelope-changed", "The envelope is not what")


def test_the_body_swapped_at_reveal(forged: Forged) -> None:
    path = find(forged, "data/items/")
    edit(forged, path, Item, lambda item: replace(item, body=rewrite(item.body, url="https://worse.invalid/")))
    fails(forged, Name.AUTHENTIC, "body-changed", "not the one that the device committed to")


def journal_of(forged: Forged, leaves: int) -> str:
    """The path of the journal with that many leaves or more."""
    paths = (find(forged, "data/journal/", position) for position in range(2))
    return next(path for path in paths if len(loaded(EpochJournal, forged.payload[path]).rows) >= leaves)


def is_gap(row: EpochRow) -> bool:
    return row.leaf == "gap"


def is_erased(row: EpochRow) -> bool:
    return row.account is LeafAccount.ERASED


def test_a_gap_removed(forged: Forged) -> None:
    """The rest moves up, and a checkpoint is signed afresh. No entry names a gap: that a leaf is gone is seen, not that it was one."""
    cut(forged, journal_of(forged, 6), is_gap, STRANGER)
    fails(forged, Name.AUTHENTIC, "bad-signature", "does not match its document and key")
    verdict = fails(forged, Name.CONTINUOUS, "batch-hole", "hold 10 leaves and its journal 9")
    assert codes(verdict, Name.CONTINUOUS) == ["batch-hole", "leaves-lost"]  # the next epoch knew of one more


@pytest.mark.parametrize(
    ("gone", "lost", "found"),
    [(is_gap, 6, ["leaves-lost"]), (is_erased, 4, ["batch-hole", "leaves-lost"])],  # it was alone in its batch
    ids=["a gap", "an erased item"],
)
def test_a_row_removed_and_the_batches_counted_anew(
    forged: Forged, gone: Callable[[EpochRow], bool], lost: int, found: list[str]
) -> None:
    """With the batches' records rewritten too, nothing in the file says any more what was removed; and it is caught all the same."""
    path = journal_of(forged, 6)
    cut(forged, path, gone, STRANGER)
    count_one_fewer(forged, path, lost)
    fails(forged, Name.AUTHENTIC, "record-changed", "This batch is not the one that run entry")
    verdict = fails(forged, Name.AUTHENTIC, "bad-signature", "does not match its document and key")
    assert codes(verdict, Name.CONTINUOUS) == found


def test_a_checkpoint_of_another_device(forged: Forged) -> None:
    other = Forge("another device").build()
    theirs = loaded(EpochJournal, other.payload[journal_of(other, 6)])
    edit(forged, journal_of(forged, 6), EpochJournal, having(checkpoint=theirs.checkpoint))
    fails(forged, Name.AUTHENTIC, "checkpoint-of-other", "another device or epoch")


def test_an_erased_item_passed_off_as_never_made(forged: Forged) -> None:
    """The rest moves up, and a checkpoint is signed afresh. The run still says that something of its batch was erased."""
    cut(forged, journal_of(forged, 6), is_erased, STRANGER)
    fails(forged, Name.AUTHENTIC, "bad-signature", "does not match its document and key")
    verdict = fails(forged, Name.CONTINUOUS, "erased-left-out", "the run says of a batch of theirs that it")
    assert codes(verdict, Name.CONTINUOUS) == ["batch-hole", "erased-left-out", "leaves-lost"]


def test_an_erased_item_passed_off_as_withheld_or_refused_still_has_its_number(forged: Forged) -> None:
    """It cannot be made unmade: calling it something else changes the payload that was exported."""

    called(LeafAccount.WITHHELD, "privilege", LeafAccount.ERASED)(forged.payload)
    fails(forged, Name.AUTHENTIC, "payload-changed", "not those that were exported")


@proves("S16", check_inclusion, disabled=lambda leaf, index, size, proof, root: None)
def test_an_audit_entry_edited(forged: Forged) -> None:
    def edited(run: CaseRun) -> CaseRun:
        line = run.entries[1]
        assert line.entry is not None
        entry = rewrite(line.entry, reason="another reason")
        changed = replace(line, entry=entry, commit=layout.commit_of(entry))
        return replace(run, entries=(run.entries[0], changed, *run.entries[2:]))

    edit(forged, layout.RUN, CaseRun, edited)
    fails(forged, Name.AUTHENTIC, "not-included", "does not lead from entry")


def test_an_audit_entry_edited_without_its_commitment(forged: Forged) -> None:
    def edited(run: CaseRun) -> CaseRun:
        line = run.entries[1]
        assert line.entry is not None
        changed = replace(line, entry=rewrite(line.entry, reason="x"))
        return replace(run, entries=(run.entries[0], changed, *run.entries[2:]))

    edit(forged, layout.RUN, CaseRun, edited)
    fails(forged, Name.AUTHENTIC, "entry-edited", "not the one that its line of the run commits to")


def test_an_audit_entry_dropped(forged: Forged) -> None:
    edit(forged, layout.RUN, CaseRun, lambda run: replace(run, entries=run.entries[:3] + run.entries[4:]))
    fails(forged, Name.CONTINUOUS, "run-hole", "A number of the run is missing")
    fails(forged, Name.AUTHENTIC, "not-included", "does not lead from entry")


def test_an_audit_entry_dropped_and_the_rest_numbered_anew(forged: Forged) -> None:
    def shifted(run: CaseRun) -> CaseRun:
        kept = run.entries[:3] + run.entries[4:]
        return replace(run, entries=tuple(replace(line, number=number) for number, line in enumerate(kept)))

    last = loaded(layout.Index, forged.payload[layout.INDEX]).last
    edit(forged, layout.RUN, CaseRun, shifted)
    edit(forged, layout.INDEX, layout.Index, having(last=last - 1))
    numbered = iter(range(last, last + 9))

    def moved(tail: CaseRun) -> CaseRun:
        return replace(tail, first=last, entries=tuple(replace(one, number=next(numbered)) for one in tail.entries))

    edit(forged, layout.TAIL, CaseRun, moved)
    for number in range(3, last + 2):
        forged.tags[layout.proof_path(number)] = forged.tags[layout.proof_path(number + 1)]
    del forged.tags[layout.proof_path(last + 2)]
    verdict = fails(forged, Name.AUTHENTIC, "not-included", "does not lead from entry")
    assert not any(reason.code == "run-hole" for reason in verdict.check(Name.CONTINUOUS).reasons)


def test_an_older_checkpoint(forged: Forged) -> None:
    last = max(int(path.split("/")[1].split(".")[0]) for path in forged.tags if path.startswith("proofs/"))
    older = Proof.parse(forged.tags[layout.proof_path(last - 2)])
    newest = Proof.parse(forged.tags[layout.proof_path(last)])
    forged.tags[layout.proof_path(last)] = replace(newest, note=older.note).data
    fails(forged, Name.AUTHENTIC, "outside-tree", "has no leaf")


def test_the_cosignature_removed(forged: Forged) -> None:
    for path in [path for path in forged.tags if path.startswith("proofs/")]:
        proof = Proof.parse(forged.tags[path])
        forged.tags[path] = replace(proof, note=replace(proof.note, signatures=proof.note.signatures[:1])).data
    fails(forged, Name.AUTHENTIC, "not-cosigned", "no cosignature at all: no witness saw it, or it was")


@pytest.mark.parametrize("name", ["recipient", "reason"])
def test_to_whom_it_went_withheld_by_whoever_holds_the_file(forged: Forged, name: str) -> None:
    """The tail is no part of the payload: withholding a field of its entries breaks no commitment."""

    def withheld(run: CaseRun) -> CaseRun:
        *before, exported = run.entries
        assert exported.entry is not None
        return replace(run, entries=(*before, replace(exported, entry=hidden(exported.entry, name))))

    edit(forged, layout.TAIL, CaseRun, withheld)
    fails(forged, Name.AUTHENTIC, "export-hidden", "withholds to whom the bundle went")


def test_another_agencys_trust_file(forged: Forged) -> None:
    other = Forge("another agency").trust()
    caught(forged.bundle(), other, Name.AUTHENTIC, "unknown-agency", "does not name the agency")


def test_a_decisions_reason_edited(forged: Forged) -> None:
    decision = decided(forged, DecisionOutcome.EVIDENTIAL)
    path = layout.record_path(DecisionRecord.KIND, decision.id)
    edit(forged, path, Record, lambda record: rewrite(record, reason="Never looked at."))
    fails(forged, Name.AUTHENTIC, "record-changed", "This decision is not the one that run")


def test_a_rejected_alert_left_out(forged: Forged) -> None:
    decision = decided(forged, DecisionOutcome.NOT_A_MATCH)
    del forged.payload[layout.record_path("alert", decision.alert)]
    del forged.payload[layout.record_path("decision", decision.id)]
    verdict = fails(forged, Name.CONTINUOUS, "record-left-out", "not in the bundle")
    assert verdict.counts.alerts == 3  # counted from the run, not from the files


def test_a_withheld_field_passed_off_as_absent(forged: Forged) -> None:
    path = find(forged, "data/records/term/")
    edit(forged, path, Record, lambda record: without(record, "verbatim_text"))
    fails(forged, Name.AUTHENTIC, "record-changed", "This term is not the one that run entry")
    fails(forged, Name.AUTHORISED, "field-absent", "exactly the fields that a record of kind term has")


def test_a_withheld_field_passed_off_as_empty(forged: Forged) -> None:
    def emptied(record: Record) -> Record:
        fields = (replace(f, salt=bytes(32), ground=None) if f.name == "verbatim_text" else f for f in record.fields)
        old: Any = canon.decode(record.values, max_size=1 << 20)
        return replace(record, fields=tuple(fields), values=canon.encode({**old, "verbatim_text": ""}))

    edit(forged, find(forged, "data/records/term/"), Record, emptied)
    fails(forged, Name.AUTHENTIC, "field-changed", "not the one that was committed to")


def test_a_proof_left_out(forged: Forged) -> None:
    del forged.tags[layout.proof_path(4)]
    fails(forged, Name.AUTHENTIC, "proof-missing", "is not in the bundle")


def test_a_leaf_of_another_kind(forged: Forged) -> None:
    def other(journal: EpochJournal) -> EpochJournal:
        return replace(journal, rows=tuple(replace(r, leaf=Slug("other")) if r.n == 1 else r for r in journal.rows))

    edit(forged, journal_of(forged, 6), EpochJournal, other)
    fails(forged, Name.AUTHENTIC, "unknown-leaf", "of a kind that is not known here")
