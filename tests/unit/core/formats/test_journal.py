"""The device's journal only grows. A batch may come twice, a gap is requested, and two journals are a fork (formats §6)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.formats import batches, event, journal
from offmon.core.formats.batches import Forked, MissingFrom, check_batch, extend
from offmon.core.formats.event import Batch, DeviceCheckpoint, DeviceNote, DisclosureLeaf, NoteKind, NoteLeaf
from offmon.core.formats.journal import hash_of, leaf_commit, place_of
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.tlog.merkle import Frontier, leaf_hash, root_of
from offmon.core.log.tlog.proving import prove_consistency, subtrees_of
from tests.prove.markers import proves
from tests.unit.core.formats.test_envelope import PLACE
from tests.unit.core.samples import NOW, code_of, digest, ident

DEVICE, EPOCH = PLACE.device, PLACE.epoch


def leaf(n: int, salt: int = 1) -> event.Leaf:
    """A leaf of one of the three kinds, in turn."""
    match n % 3:
        case 0:
            gap = event.Gap(DEVICE, EPOCH, n, event.GapReason.AGENT_DOWN, NOW, Ms(NOW + n), None, None, None)
            return event.GapLeaf(gap, bytes([salt]) * 32)
        case 1:
            return NoteLeaf(DeviceNote(DEVICE, EPOCH, n, NoteKind.STARTED, NOW, None), bytes([salt]) * 32)
        case _:
            return DisclosureLeaf(replace(PLACE, n=n), bytes([salt]) * 32, b"enclosed %d" % n)


LEAVES = [leaf(n) for n in range(24)]
HASHES = [hash_of(entry) for entry in LEAVES]


def checkpoint(size: int, **changed: Any) -> DeviceCheckpoint:
    root = Digest(root_of(HASHES[:size]).hex())
    honest = DeviceCheckpoint(DEVICE, EPOCH, size, root, NOW, 0, ident("boot"), digest("release"))
    return replace(honest, **changed)


def batch(first: int, end: int) -> Batch:
    return Batch(DEVICE, EPOCH, first, tuple(LEAVES[first:end]), b"")


def receive(known: Frontier, first: int, end: int, held: Sequence[bytes] = HASHES) -> Frontier:
    """As intake does it: the batch alone, then against what is known."""
    given, signed = batch(first, end), checkpoint(end)
    return extend(known, given, check_batch(given, signed), held[first : known.size], signed)


def known(size: int) -> Frontier:
    return Frontier().extend(HASHES[:size])


def test_a_heartbeat_is_a_checkpoint_without_a_new_leaf() -> None:
    assert receive(known(9), 9, 9) == known(9)


def test_a_batch_that_starts_after_what_is_known_is_asked_for_from_there() -> None:
    with pytest.raises(MissingFrom) as missing:
        receive(known(3), 4, 6)
    assert missing.value.n == 3


@pytest.mark.parametrize(("first", "end"), [(0, 5), (3, 9), (8, 12), (12, 12), (0, 0)])
def test_an_old_batch_sent_again_changes_nothing(first: int, end: int) -> None:
    assert receive(known(12), first, end) == known(12)


@pytest.mark.parametrize("changed", range(5, 10))
@pytest.mark.parametrize("end", [10, 12, 15])  # all of it known, exactly the head, and with new leaves
@proves("S13", extend, disabled=lambda known, batch, leaves, known_tail, checkpoint: known)
def test_a_leaf_that_was_rewritten_is_a_fork(changed: int, end: int) -> None:
    held = [*HASHES[:changed], hash_of(leaf(changed, salt=9)), *HASHES[changed + 1 :]]
    with pytest.raises(Forked):
        receive(Frontier().extend(held[:12]), 5, end, held)


def test_a_leaf_rewritten_before_the_batch_is_a_fork_by_the_root() -> None:
    held = [hash_of(leaf(0, salt=9)), *HASHES[1:]]
    with pytest.raises(Forked):
        receive(Frontier().extend(held[:12]), 12, 15, held)


def test_a_checkpoint_over_another_tree_is_a_fork() -> None:
    given, signed = batch(3, 6), checkpoint(6, root=digest("other"))
    with pytest.raises(Forked):
        extend(known(3), given, check_batch(given, signed), [], signed)


@pytest.mark.parametrize(
    ("what", "given", "signed", "refused"),
    [
        ("another first", replace(batch(3, 6), first=4), checkpoint(7), "leaf-out-of-place"),
        ("another device", replace(batch(3, 6), device=ident("other")), checkpoint(6), "leaf-out-of-place"),
        ("another epoch", replace(batch(3, 6), epoch=ident("other")), checkpoint(6), "leaf-out-of-place"),
        ("a hole", replace(batch(3, 6), leaves=(LEAVES[3], LEAVES[5])), checkpoint(5), "leaf-out-of-place"),
        ("twice", replace(batch(3, 6), leaves=(LEAVES[3], LEAVES[3])), checkpoint(5), "leaf-out-of-place"),
        ("reordered", replace(batch(3, 5), leaves=(LEAVES[4], LEAVES[3])), checkpoint(5), "leaf-out-of-place"),
        ("a checkpoint ahead", batch(3, 6), checkpoint(7), "checkpoint-of-other"),
        ("a checkpoint behind", batch(3, 6), checkpoint(5), "checkpoint-of-other"),
        ("of another device", batch(3, 6), checkpoint(6, device=ident("other")), "checkpoint-of-other"),
        ("of another epoch", batch(3, 6), checkpoint(6, epoch=ident("other")), "checkpoint-of-other"),
        ("too many", replace(batch(0, 1), leaves=(LEAVES[0],) * 501), checkpoint(1), "too-many-leaves"),
        ("all is well", batch(3, 6), checkpoint(6), None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_batch_must_be(what: str, given: Batch, signed: DeviceCheckpoint, refused: str | None) -> None:
    assert code_of(check_batch, given, signed) == refused


def test_every_leaf_has_a_place_and_a_commitment_of_its_own() -> None:
    assert [place_of(entry).n for entry in LEAVES] == list(range(24))
    assert len({leaf_commit(entry) for entry in LEAVES}) == 24
    assert len(set(HASHES)) == 24


def test_what_is_left_of_a_leaf_after_erasure_still_gives_its_hash() -> None:
    for entry in LEAVES[:3]:
        data = journal.leaf_data_of(entry.KIND, leaf_commit(entry), journal.ciphertext_digest(entry))
        assert leaf_hash(data) == hash_of(entry)


def test_the_kind_the_salt_and_the_ciphertext_are_committed_to() -> None:
    one = DisclosureLeaf(PLACE, bytes(32), b"a")
    assert hash_of(one) != hash_of(replace(one, ciphertext=b"b"))
    assert hash_of(one) != hash_of(replace(one, salt=b"\1" * 32))
    commit, nothing = leaf_commit(one), digest("")
    assert journal.leaf_data_of("gap", commit, nothing) != journal.leaf_data_of("note", commit, nothing)
    assert code_of(journal.leaf_data_of, "other", commit, nothing) == "unknown-leaf"


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_leafs_salt_has_32_bytes(n: int) -> None:
    assert code_of(leaf_commit, replace(leaf(n), salt=b"short")) == "bad-salt"


# --- an agency that lost what it had --------------------------------------------------------------------------------------


def forgotten(n: int) -> event.ForgottenLeaf:
    entry = LEAVES[n]
    return event.ForgottenLeaf(DEVICE, EPOCH, n, leaf_commit(entry), journal.ciphertext_digest(entry))


def again(first: int, end: int, received: int) -> Batch:
    """What the device has left of leaves `[first, end)`, under a receipt for `received` of them."""
    proof = prove_consistency(end, received, subtrees_of(HASHES[:received]))
    acknowledged = event.Acknowledged(b"signed", tuple(Digest(step.hex()) for step in proof))
    left = (forgotten(n) if isinstance(LEAVES[n], DisclosureLeaf) else LEAVES[n] for n in range(first, end))
    return replace(batch(first, end), leaves=tuple(left), acknowledged=acknowledged)


def receipt(size: int, **changed: Any) -> event.Receipt:
    root = Digest(root_of(HASHES[:size]).hex())
    return replace(event.Receipt(DEVICE, EPOCH, size, root, (), "0" * 32, NOW, None), **changed)


@pytest.mark.parametrize(("first", "end", "received"), [(0, 3, 3), (0, 3, 20), (5, 12, 13), (7, 20, 20), (0, 24, 24)])
def test_what_is_left_of_forgotten_leaves_makes_the_same_journal(first: int, end: int, received: int) -> None:
    given, signed = again(first, end, received), checkpoint(end)
    batches.check_acknowledged(given, signed, receipt(received))
    assert extend(known(first), given, check_batch(given, signed), [], signed) == known(end)


@pytest.mark.parametrize(
    ("given", "of", "refused"),
    [
        (again(0, 6, 9), receipt(9, device=ident("other")), "not-acknowledged"),
        (again(0, 6, 9), receipt(9, epoch=ident("other")), "not-acknowledged"),
        (again(0, 6, 9), receipt(5), "not-acknowledged"),
        (again(0, 6, 9), receipt(9, root=digest("other")), "not-consistent"),
        (again(0, 6, 9), receipt(10), "not-consistent"),
        (replace(again(0, 6, 9), acknowledged=event.Acknowledged(b"", ())), receipt(9), "proof-length"),
        (again(0, 6, 9), receipt(9), None),
    ],
)
def test_a_receipt_vouches_for_what_it_covers_alone(given: Batch, of: event.Receipt, refused: str | None) -> None:
    assert code_of(batches.check_acknowledged, given, checkpoint(6), of) == refused


def test_nothing_is_called_lost_that_the_device_made_up() -> None:
    """A leaf that the agency never had is in no receipt's tree; one of another kind has another hash."""
    given, signed = again(0, 6, 9), checkpoint(6)
    other = replace(given, leaves=(*given.leaves[:5], replace(forgotten(5), commit=digest("other"))))
    with pytest.raises(Forked):
        extend(known(0), other, check_batch(other, signed), [], signed)
    hidden = event.ForgottenLeaf(DEVICE, EPOCH, 3, leaf_commit(LEAVES[3]), journal.ciphertext_digest(LEAVES[3]))
    other = replace(given, leaves=(*given.leaves[:3], hidden, *given.leaves[4:]))
    with pytest.raises(Forked):
        extend(known(0), other, check_batch(other, signed), [], signed)


def test_forgotten_leaves_come_with_a_receipt_and_a_receipt_with_forgotten_leaves() -> None:
    given = again(0, 3, 3)
    assert code_of(check_batch, replace(given, acknowledged=None), checkpoint(3)) == "not-acknowledged"
    whole = replace(batch(0, 3), acknowledged=given.acknowledged)
    assert code_of(check_batch, whole, checkpoint(3)) == "not-acknowledged"
    assert code_of(check_batch, given, checkpoint(3)) is None


@pytest.mark.parametrize(
    ("last", "size", "names", "passes"),
    [
        (ident("f"), 0, True, True),
        (ident("f"), 5, True, False),
        (ident("f"), None, False, False),
        (EPOCH, 0, False, False),
        (EPOCH, 5, False, False),
        (None, 0, False, False),
        (None, None, False, False),
    ],
)
def test_what_a_new_journal_goes_on_from(last: Id | None, size: int | None, names: bool, passes: bool) -> None:
    gap = event.Gap(DEVICE, EPOCH, 0, event.GapReason.NEW_EPOCH, NOW, NOW, None, last, size)
    assert (journal.names_a_head(gap), journal.passes_over(gap)) == (names, passes)


@pytest.mark.parametrize(
    ("since", "at", "stays"),
    [
        (None, batches.BEHIND_MS, False),
        (0, 0, False),
        (0, batches.BEHIND_MS - 1, False),
        (0, batches.BEHIND_MS, True),
        (5, batches.BEHIND_MS + 4, False),
    ],
)
def test_a_device_stays_behind_once_no_lost_answer_explains_it(since: int | None, at: int, stays: bool) -> None:
    """Issue 13: after ten minutes."""
    assert batches.stays_behind(None if since is None else Ms(since), Ms(at)) is stays
