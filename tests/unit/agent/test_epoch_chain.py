"""How a journal goes on in a new epoch (formats §6; design §1.6)."""

import pytest

from offmon.agent import epoch_chain
from offmon.agent.gap_counters import Loss
from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.formats.event import (
    DeviceNote,
    DisclosureLeaf,
    Envelope,
    Gap,
    GapLeaf,
    GapReason,
    Leaf,
    NoteKind,
    NoteLeaf,
)
from offmon.core.ids import Digest, Id, Ms
from tests.unit.agent.test_outbox import AGENCY, HELD, NOW, disclosure

EPOCH, BEFORE = Id("e" * 32), Id("b" * 32)
SALT = bytes(32)
EARLY, AT = Ms(NOW - HOUR_MS), Ms(NOW + HOUR_MS)


def enclosed(n: int, at: Ms = NOW) -> Leaf:
    claim = disclosure("a", at).claim
    commit = Digest("0" * 64)
    envelope = Envelope(HELD.profile.deployment, AGENCY.device, EPOCH, n, HELD.digest, 1, commit, claim)
    return DisclosureLeaf(envelope, SALT, b"")


def gap(n: int, loss: Loss, last: Id | None = None) -> Leaf:
    size = None if last is None else 7
    return GapLeaf(Gap(AGENCY.device, EPOCH, n, loss.reason, loss.since, loss.until, loss.lost, last, size), SALT)


def note(n: int, kind: NoteKind = NoteKind.STARTED, at: Ms = NOW) -> Leaf:
    return NoteLeaf(DeviceNote(AGENCY.device, EPOCH, n, kind, at, None), SALT)


HIDDEN = Loss(GapReason.NOT_VISIBLE, EARLY, Ms(EARLY + MINUTE_MS), None)
FULL = Loss(GapReason.QUEUE_FULL, NOW, NOW, 3)
QUARANTINED = Loss(GapReason.QUARANTINED, AT, AT, 1)
STARTED = note(1)
assert isinstance(STARTED, NoteLeaf)


@pytest.mark.parametrize(
    ("pending", "refused", "since", "lost", "again"),
    [
        ([], None, AT, 0, []),
        ([enclosed(0)], None, NOW, 1, []),
        ([enclosed(0), enclosed(1, EARLY)], None, EARLY, 2, []),
        ([gap(0, HIDDEN)], None, AT, 0, [HIDDEN]),
        ([gap(0, HIDDEN), STARTED, enclosed(2), gap(3, FULL)], None, NOW, 1, [HIDDEN, STARTED.note, FULL]),
        # a leaf that the agency will never take
        ([enclosed(0), gap(1, HIDDEN)], 0, NOW, 1, [HIDDEN, QUARANTINED]),
        ([gap(0, HIDDEN), STARTED], 0, EARLY, 1, [STARTED.note, QUARANTINED]),
        ([gap(0, HIDDEN), STARTED], 1, NOW, 1, [HIDDEN, QUARANTINED]),
    ],
    ids=["nothing", "one", "first", "gap", "all", "refused", "gap-refused", "note-refused"],
)
def test_a_disclosure_is_counted_and_the_rest_is_said_again(
    pending: list[Leaf], refused: int | None, since: Ms, lost: int, again: list[Loss | DeviceNote]
) -> None:
    new = epoch_chain.begin(pending, AT, refused)
    assert new == epoch_chain.Beginning(Loss(GapReason.NEW_EPOCH, since, AT, lost), tuple(again), None)


@pytest.mark.parametrize("refused", [None, 0], ids=["unsent", "refused"])
def test_an_epoch_that_never_arrived_is_passed_over_and_what_it_counted_is_counted(refused: int | None) -> None:
    first = gap(0, Loss(GapReason.NEW_EPOCH, EARLY, NOW, 4), BEFORE)
    assert isinstance(first, GapLeaf)
    new = epoch_chain.begin([first, gap(1, HIDDEN), enclosed(2)], AT, refused)
    assert new == epoch_chain.Beginning(Loss(GapReason.NEW_EPOCH, EARLY, AT, 5), (HIDDEN,), first.gap)
