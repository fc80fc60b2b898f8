"""The device's journal: it only grows, a batch may come twice, a gap in it is asked for, and two of it are a fork (formats §6)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core import journal
from offmon.core.event import (
    Batch,
    DeviceCheckpoint,
    DisclosureLeaf,
    Gap,
    GapLeaf,
    GapReason,
    Leaf,
    Note,
    NoteKind,
    NoteLeaf,
)
from offmon.core.ids import Digest, Ms
from offmon.core.journal import Forked, MissingFrom, check_batch, extend, hash_of, leaf_commit, leaf_data_of, place_of
from offmon.core.tlog.merkle import Frontier, leaf_hash, root_of
from tests.unit.core.samples import NOW, code_of, digest, ident
from tests.unit.core.test_envelope import PLACE

DEVICE, EPOCH = PLACE.device, PLACE.epoch


def leaf(n: int, salt: int = 1) -> Leaf:
    """A leaf of one of the three kinds, in turn."""
    match n % 3:
        case 0:
            gap = Gap(DEVICE, EPOCH, n, GapReason.AGENT_DOWN, NOW, Ms(NOW + n), None, None, None)
            return GapLeaf(gap, bytes([salt]) * 32)
        case 1:
            return NoteLeaf(Note(DEVICE, EPOCH, n, NoteKind.STARTED, NOW, None), bytes([salt]) * 32)
        case _:
            return DisclosureLeaf(replace(PLACE, n=n), bytes([salt]) * 32, b"enclosed %d" % n)


LEAVES = [leaf(n) for n in range(24)]
HASHES = [hash_of(entry) for entry in LEAVES]


def checkpoint(size: int, **changed: Any) -> DeviceCheckpoint:
    honest = DeviceCheckpoint(
        DEVICE, EPOCH, size, Digest(root_of(HASHES[:size]).hex()), NOW, 0, ident("boot"), digest("release")
    )
    return replace(honest, **changed)


def batch(first: int, end: int) -> Batch:
    return Batch(DEVICE, EPOCH, first, tuple(LEAVES[first:end]), b"")


def receive(known: Frontier, first: int, end: int, held: Sequence[bytes] = HASHES) -> Frontier:
    """As intake does it: the batch alone, then against what is known."""
    given, signed = batch(first, end), checkpoint(end)
    return extend(known, given, check_batch(given, signed), held[first : known.size], signed)


def known(size: int) -> Frontier:
    return Frontier().extend(HASHES[:size])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=12))
def test_however_it_is_split_repeated_or_reordered_one_journal_comes_out(cuts: list[tuple[int, int]]) -> None:
    head = Frontier()
    for one, other in [*cuts, (0, 24)]:
        first, end = min(one, other), max(one, other)
        if first > head.size:
            with pytest.raises(MissingFrom) as missing:
                receive(head, first, end)
            assert missing.value.n == head.size
            first = head.size
        after = receive(head, first, end)
        assert after.size == max(head.size, end)
        assert after.root == root_of(HASHES[: after.size])
        assert receive(after, first, end) == after  # the same again changes nothing
        head = after
    assert head == known(24)


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
        data = leaf_data_of(entry.KIND, leaf_commit(entry), journal.ciphertext_digest(entry))
        assert leaf_hash(data) == hash_of(entry)


def test_the_kind_the_salt_and_the_ciphertext_are_committed_to() -> None:
    one = DisclosureLeaf(PLACE, bytes(32), b"a")
    assert hash_of(one) != hash_of(replace(one, ciphertext=b"b"))
    assert hash_of(one) != hash_of(replace(one, salt=b"\1" * 32))
    commit, nothing = leaf_commit(one), digest("")
    assert leaf_data_of("gap", commit, nothing) != leaf_data_of("note", commit, nothing)
    assert code_of(leaf_data_of, "other", commit, nothing) == "unknown-leaf"


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_leafs_salt_has_32_bytes(n: int) -> None:
    assert code_of(leaf_commit, replace(leaf(n), salt=b"short")) == "bad-salt"
