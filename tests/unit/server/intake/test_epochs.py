"""Which journal a batch may continue (formats §6)."""

import secrets
from pathlib import Path

import pytest

from offmon.agent.outbox import Outbox
from offmon.core.formats.batches import Forked
from offmon.core.formats.event import Batch, DeviceNote, Gap, GapLeaf, GapReason, Leaf, NoteKind, NoteLeaf, Sent
from offmon.core.ids import Id, Ms
from offmon.core.log.tlog.merkle import Frontier
from offmon.server.intake.epochs import EpochHead, ForkedFrom, head_for, newest_of

DEVICE, FIRST, SECOND, THIRD, UNHEARD = (Id(c * 32) for c in "12345")


def frontier(size: int) -> Frontier:
    return Frontier().extend(secrets.token_bytes(32) for _ in range(size))


HEADS = [EpochHead(SECOND, 1, frontier(3)), EpochHead(FIRST, 0, frontier(7))]


def note(epoch: Id, n: int) -> Leaf:
    return NoteLeaf(DeviceNote(DEVICE, epoch, n, NoteKind.STARTED, Ms(1), None), b"")


def begins(epoch: Id, last: Id | None, size: int | None = 1, *, reason: GapReason = GapReason.NEW_EPOCH) -> Leaf:
    return GapLeaf(Gap(DEVICE, epoch, 0, reason, Ms(1), Ms(2), None, last, None if last is None else size), b"")


def batch(epoch: Id, first: int, *leaves: Sent) -> Batch:
    return Batch(DEVICE, epoch, first, leaves, b"")


def test_a_devices_first_epoch_begins_with_any_leaf() -> None:
    assert head_for(batch(FIRST, 0, note(FIRST, 0)), []) == EpochHead(FIRST, 0, Frontier())


@pytest.mark.parametrize("first", [begins(FIRST, UNHEARD, 0), begins(FIRST, None, reason=GapReason.AGENT_DOWN)])
def test_or_says_that_its_store_was_lost_before_anything_was_sent(first: Leaf) -> None:
    assert head_for(batch(FIRST, 0, first), []) == EpochHead(FIRST, 0, Frontier())


@pytest.mark.parametrize(
    "first",
    [begins(FIRST, None), begins(FIRST, FIRST, 0), begins(FIRST, UNHEARD, 5), begins(FIRST, UNHEARD, None)],
    ids=["names nothing", "names itself", "names what was received and is not here", "says not how much of it"],
)
def test_it_goes_on_from_nothing_else_for_then_no_bundle_of_the_case_would_verify(first: Leaf) -> None:
    with pytest.raises(Forked):
        head_for(batch(FIRST, 0, first), [])


def test_an_agent_whose_store_is_lost_before_the_first_send_is_heard(tmp_path: Path) -> None:
    """And lost again; and one that starts anew, or whose first leaf is never taken."""
    at, head, beginnings = Ms(1_700_000_000_000), None, list[Sent]()
    for turn in range(4):
        outbox = Outbox(tmp_path / str(min(turn, 2)), DEVICE, at, head)
        outbox.note(NoteKind.STARTED, at)
        if turn == 3:
            outbox.new_epoch(at, refused=0)
        head = outbox.head
        beginnings.append(outbox.lease().leaves[0])
        outbox.close()
        leased = batch(head.epoch, 0, beginnings[-1])
        assert head_for(leased, []) == EpochHead(head.epoch, 0, Frontier())
    assert [leaf.KIND for leaf in beginnings] == ["note", "gap", "gap", "gap"]


def test_the_open_epoch_goes_on_and_is_heard() -> None:
    assert head_for(batch(SECOND, 3, note(SECOND, 3)), HEADS) is HEADS[0]
    assert head_for(batch(SECOND, 3), HEADS) is HEADS[0]


def test_a_closed_epoch_repeats_what_is_known_and_says_nothing_else() -> None:
    assert head_for(batch(FIRST, 6, note(FIRST, 6)), HEADS) is HEADS[1]
    with pytest.raises(Forked):
        head_for(batch(FIRST, 6, note(FIRST, 6), note(FIRST, 7)), HEADS)
    with pytest.raises(Forked):
        head_for(batch(FIRST, 7), HEADS)


@pytest.mark.parametrize("last", [SECOND, UNHEARD])
def test_a_later_epoch_begins_by_naming_the_newest_head_or_one_that_never_arrived(last: Id) -> None:
    assert head_for(batch(THIRD, 0, begins(THIRD, last)), HEADS) == EpochHead(THIRD, 2, Frontier())


@pytest.mark.parametrize(
    "first",
    [
        note(THIRD, 0),
        begins(THIRD, None),
        begins(THIRD, FIRST),
        begins(THIRD, THIRD),
        begins(THIRD, SECOND, None),
        begins(THIRD, SECOND, reason=GapReason.AGENT_DOWN),
    ],
    ids=["a note", "no head", "an older head", "itself", "no size", "another gap"],
)
def test_a_later_epoch_does_not_begin_otherwise(first: Leaf) -> None:
    with pytest.raises(Forked):
        head_for(batch(THIRD, 0, first), HEADS)


def test_an_unknown_epoch_that_does_not_begin_is_asked_for_its_beginning() -> None:
    """Its head is empty, so the journal's own rule answers `missing-from 0`."""
    assert head_for(batch(THIRD, 4, note(THIRD, 4)), HEADS).frontier == Frontier()
    assert head_for(batch(THIRD, 0), HEADS).frontier == Frontier()


def test_a_fork_names_the_head_to_go_on_from() -> None:
    newest = newest_of(HEADS)
    assert newest is HEADS[0]
    fork = ForkedFrom(newest)
    assert (fork.code, fork.epoch, fork.size) == ("forked", SECOND, 3)
    assert newest_of([]) is None
