"""What intake accepts of a device's journal, batch by batch (formats §6; `core/formats/journal.py`).

Rules
- A batch's leaves continue exactly where its `first` says, and are of one device and epoch. Its checkpoint covers them and no more.
- A batch that starts after the known head is `missing-from`. One that repeats known leaves exactly is the same batch and harmless. One that
  repeats them differently means a `forked` journal (a cloned disk).
- A forgotten disclosure counts only with the agency's own receipt for a journal that holds it in this place. So a device can help an agency
  that lost it, and cannot call lost what it never sent.
"""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, Final

from offmon.core.errors import Malformed, NotAuthentic, OffmonError
from offmon.core.formats import canon, codec, event
from offmon.core.formats.event import Batch, DeviceCheckpoint, DisclosureLeaf, ForgottenLeaf, GapLeaf, NoteLeaf, Receipt
from offmon.core.formats.journal import Committed, Place, committed, place_of
from offmon.core.ids import Ms
from offmon.core.log.tlog.merkle import Frontier, check_consistency

MAX_LEAVES: Final = 500
MAX_BATCH: Final = 4 << 20
BEHIND_MS: Final = 2 * event.HEARTBEAT_MS
# Under which name a leaf has its clear part, by its kind; a forgotten one has none.
_CLEAR: Final = {DisclosureLeaf.KIND: "envelope", GapLeaf.KIND: "gap", NoteLeaf.KIND: "note"}

UNREAD: Final[Iterable[None]] = repeat(None)
"""Instead of the clear parts' bytes, where nobody has them: each is written anew."""


def stays_behind(since: Ms | None, at: Ms) -> bool:
    """Whether a device's heartbeats have stood for less than the agency holds of it for so long that no lost answer explains it.

    `since`: the first of them in a row. A device that lost an answer hears of it in its next heartbeat.
    """
    return since is not None and at - since >= BEHIND_MS


class MissingFrom(OffmonError):
    """The agency's journal is behind the device's: it must send its leaves from `n` on (a restored backup; SERVICE_FAULT)."""

    def __init__(self, n: int) -> None:
        super().__init__("missing-from", f"Send the journal's leaves from number {n} on.")
        self.n = n


class Forked(OffmonError):
    """Two journals claim one place: a disk was cloned or a leaf was rewritten."""

    def __init__(self) -> None:
        super().__init__(
            "forked", "This journal disagrees with what it said before; start a new epoch and tell the agency."
        )


def load(data: bytes) -> tuple[Batch, tuple[bytes, ...]]:
    """The batch whose canonical bytes are `data`, and those of each leaf's clear part, which stand in it. Raises Malformed."""
    doc: Any = canon.decode(data, max_size=MAX_BATCH)
    batch = codec.from_doc(Batch, doc)
    clear = ((leaf, _CLEAR.get(leaf["kind"])) for leaf in doc["leaves"])
    return batch, tuple(b"" if part is None else canon.encode_part(leaf[part]) for leaf, part in clear)


def check_batch(
    batch: Batch, checkpoint: DeviceCheckpoint, documents: Iterable[bytes | None] = UNREAD
) -> tuple[Committed, ...]:
    """What the batch's leaves commit to, if its leaves and checkpoint fit each other. Raises Malformed or NotAuthentic.

    The signature of the checkpoint is the caller's to check, with the key that the profile names. `documents`: what `load` gave with the
    batch; without them each leaf's clear part is written anew.
    """
    if len(batch.leaves) > MAX_LEAVES:
        raise Malformed("too-many-leaves", f"A batch holds at most {MAX_LEAVES} leaves; send it in parts.")
    for offset, leaf in enumerate(batch.leaves):
        if place_of(leaf) != Place(batch.device, batch.epoch, batch.first + offset):
            raise Malformed("leaf-out-of-place", "A leaf does not stand where its batch says.")
    if any(isinstance(leaf, ForgottenLeaf) for leaf in batch.leaves) is (batch.acknowledged is None):
        raise Malformed(
            "not-acknowledged", "Leaves without content come with the receipt that the agency gave for them."
        )
    end = batch.first + len(batch.leaves)
    if (checkpoint.device, checkpoint.epoch, checkpoint.size) != (batch.device, batch.epoch, end):
        raise NotAuthentic("checkpoint-of-other", "The checkpoint is of another device, epoch or size than the batch.")
    return tuple(map(committed, batch.leaves, documents))


def check_acknowledged(batch: Batch, checkpoint: DeviceCheckpoint, receipt: Receipt) -> None:
    """Raises NotAuthentic unless the receipt, whose signature the caller has checked, covers the whole batch as the checkpoint has it."""
    if (receipt.device, receipt.epoch) != (batch.device, batch.epoch) or receipt.size < checkpoint.size:
        raise NotAuthentic(
            "not-acknowledged", "The receipt is not for these leaves; the agency never said that it had them."
        )
    proof = () if batch.acknowledged is None else batch.acknowledged.proof
    roots = bytes.fromhex(checkpoint.root), bytes.fromhex(receipt.root)
    check_consistency(checkpoint.size, roots[0], receipt.size, roots[1], [bytes.fromhex(step) for step in proof])


def extend(
    known: Frontier,
    batch: Batch,
    leaves: Sequence[Committed],
    known_tail: Sequence[bytes],
    checkpoint: DeviceCheckpoint,
) -> Frontier:
    """The journal after the batch. `leaves` is what `check_batch` returned of it.

    `known_tail` are the known leaf hashes from `batch.first` on (as many as there are).
    Raises MissingFrom or Forked; `known` is unchanged then.
    """
    if batch.first > known.size:
        raise MissingFrom(known.size)
    hashes = [leaf.hash for leaf in leaves]
    repeated = min(len(hashes), known.size - batch.first)
    if hashes[:repeated] != list(known_tail[:repeated]):
        raise Forked
    if batch.first + len(hashes) < known.size:
        return known  # an old batch sent again: all of it is known
    after = known.extend(hashes[repeated:])
    if after.root.hex() != checkpoint.root:
        raise Forked
    return after
