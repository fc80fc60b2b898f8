"""How a journal continues in a new epoch: what its first leaf counts, and what is repeated after it (formats §6; design §1.6).

Rules
- A disclosure without a receipt is lost with its epoch, because it is enclosed for its place there. The new epoch's first leaf counts them
  and spans the time from the first.
- A gap or a note without a receipt is repeated unchanged, in order. If a gap vanished because a disclosure waited beside it, its absence
  would tell the person of the disclosure.
- If nothing of the closed epoch has a receipt, the new one continues from where that one did, and counts what it counted.
- A leaf that the agency will never take (`refused`) is not repeated; a gap reports it. A refused first leaf gets no such gap, because the
  next first leaf replaces it.
- Pure: the caller gives the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from offmon.agent.gap_counters import Loss
from offmon.core.formats.event import DeviceNote, DisclosureLeaf, Gap, GapLeaf, GapReason, Leaf, NoteLeaf
from offmon.core.ids import Ms


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a new epoch begins with: its first leaf's loss, then `again`, in this order.

    `instead`: the first leaf of the epoch that is closed, where the agency has nothing of it; the new one names the head that this names.
    """

    first: Loss
    again: tuple[Loss | DeviceNote, ...]
    instead: Gap | None


def begin(pending: Sequence[Leaf], at: Ms, refused: int | None = None) -> Beginning:
    """How to go on from an epoch whose leaves `pending`, in their order, have no receipt. `refused`: the number of one of them."""
    instead = _first_of(pending)
    gone = [] if instead is None else [(instead.since, instead.lost or 0)]
    again = list[Loss | DeviceNote]()
    for leaf in pending[1 if instead else 0 :]:
        match leaf:
            case DisclosureLeaf(envelope=envelope):
                gone.append((envelope.claim.event_at, 1))
            case GapLeaf(gap=gap) if gap.n != refused:
                again.append(Loss(gap.reason, gap.since, gap.until, gap.lost))
            case NoteLeaf(note=note) if note.n != refused:
                again.append(note)
            case GapLeaf(gap=gap):
                gone.append((gap.since, 1))
            case NoteLeaf(note=note):
                gone.append((note.at, 1))
    if refused is not None and not (instead and refused == instead.n):
        again.append(Loss(GapReason.QUARANTINED, at, at, 1))
    since = min((when for when, _ in gone), default=at)
    lost = sum(count for _, count in gone)
    return Beginning(Loss(GapReason.NEW_EPOCH, min(since, at), at, lost), tuple(again), instead)


def _first_of(pending: Sequence[Leaf]) -> Gap | None:
    """The gap with which the epoch began, if the agency has not even that."""
    match pending:
        case [GapLeaf(gap=gap), *_] if gap.last_epoch is not None:
            return gap
    return None
