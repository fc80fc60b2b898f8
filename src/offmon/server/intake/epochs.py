"""Which journal of a device a batch may continue (formats §6). Pure: rows come in as `Head`s.

Rules
- A device's epochs follow one another; only the newest takes leaves. Leaves that a closed one holds may be sent again, harmlessly.
- A later epoch's first leaf is the NEW_EPOCH gap, which names the last head that the device knows.
- A device whose disk was set back may not know its last head. The refusal states it, for it is the device's own (`ForkedFrom`).
- A named head that we know must be the newest, or the disk was cloned or set back. One that we do not know never arrived, or a restored
  backup lost it: the gap is kept, and the missing epoch shows.
- A device's first epoch begins with such a gap only if the named epoch never arrived (`journal.passes_over`): its store was lost before
  anything was sent. Any other gap would make every bundle of the case fail (`core.bundle.epochs`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from offmon.core.formats.batches import Forked
from offmon.core.formats.event import Batch, GapLeaf, GapReason, Sent
from offmon.core.formats.journal import names_a_head, passes_over
from offmon.core.ids import Id
from offmon.core.log.tlog.merkle import Frontier


@dataclass(frozen=True, slots=True)
class EpochHead:
    """What the agency knows of one epoch. `number` counts the device's epochs from 0."""

    epoch: Id
    number: int
    frontier: Frontier


class ForkedFrom(Forked):
    """A fork, with the head that a new epoch of this device begins by naming."""

    def __init__(self, head: EpochHead) -> None:
        super().__init__()
        self.epoch = head.epoch
        self.size = head.frontier.size


def newest_of(heads: Iterable[EpochHead]) -> EpochHead | None:
    """The head of the epoch that is open."""
    return max(heads, key=lambda head: head.number, default=None)


def head_for(batch: Batch, heads: Sequence[EpochHead]) -> EpochHead:
    """The head that the batch may go on from: a known one, or an empty one for an epoch that may begin. Raises Forked.

    `heads` are all of the device's.
    """
    newest = newest_of(heads)
    known = next((head for head in heads if head.epoch == batch.epoch), None)
    if known is None:
        if batch.first == 0 and batch.leaves:
            _check_beginning(batch.leaves[0], heads, newest)
        return EpochHead(batch.epoch, 0 if newest is None else newest.number + 1, Frontier())
    if known is not newest and not _is_known(batch, known):
        raise Forked
    return known


def _is_known(batch: Batch, head: EpochHead) -> bool:
    """Whether every leaf of the batch is there already. A heartbeat has none, and speaks for an epoch that is open."""
    return bool(batch.leaves) and batch.first + len(batch.leaves) <= head.frontier.size


def _check_beginning(first: Sent, heads: Sequence[EpochHead], newest: EpochHead | None) -> None:
    gap = first.gap if isinstance(first, GapLeaf) and first.gap.reason is GapReason.NEW_EPOCH else None
    if newest is None:
        if gap is not None and not passes_over(gap):
            raise Forked
        return
    if gap is None or not names_a_head(gap):
        raise Forked
    if gap.last_epoch != newest.epoch and any(head.epoch == gap.last_epoch for head in heads):
        raise Forked
