"""The device's journal: an append-only tree of commitments, one per epoch, and what intake accepts of it (formats §6).

Rules
- Leaf data = JOURNAL_LEAF ‖ kind byte ‖ commitment (32) ‖ SHA-256 of the ciphertext, or of nothing (32). The tree is RFC 6962's.
- An epoch is 16 random bytes and has one device key. Numbers count from 0 without a hole. A closed epoch takes no leaf.
- Every epoch but a device's first begins with a Gap (NEW_EPOCH) that names the last known head. The agency takes a journal that begins with
  such a gap as its first only if the named epoch never arrived (`passes_over`).
- A batch's leaves continue exactly where its `first` says, and are of one device and epoch. Its checkpoint covers them and no more.
- A batch that starts after the known head is `missing-from`. One that repeats known leaves exactly is the same batch and harmless. One that
  repeats them differently means a `forked` journal (a cloned disk).
- A forgotten disclosure counts only with the agency's own receipt for a journal that holds it in this place. So a device can help an agency
  that lost it, and cannot call lost what it never sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from offmon.core.clock import MINUTE_MS
from offmon.core.errors import Malformed, NotAuthentic, OffmonError
from offmon.core.formats import codec, commitment
from offmon.core.formats.canon import Tag, digest
from offmon.core.formats.event import (
    Batch,
    DeviceCheckpoint,
    DeviceNote,
    DisclosureLeaf,
    Envelope,
    ForgottenLeaf,
    Gap,
    GapLeaf,
    Leaf,
    NoteLeaf,
    Receipt,
    Sent,
)
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.tlog.merkle import Frontier, check_consistency, leaf_hash

KIND_BYTE: Final[dict[str, bytes]] = {"disclosure": b"\1", "gap": b"\2", "note": b"\3"}
_TAG: Final = {DisclosureLeaf.KIND: Tag.ENVELOPE, GapLeaf.KIND: Tag.GAP, NoteLeaf.KIND: Tag.NOTE}
LOST_BY_AGENCY: Final = "lost-by-agency"
MAX_LEAVES: Final = 500
MAX_BATCH: Final = 4 << 20
BEHIND_MS: Final = 10 * MINUTE_MS


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a leaf stands."""

    device: Id
    epoch: Id
    n: int


def place_of(leaf: Sent) -> Place:
    """The device, epoch and number that a leaf claims."""
    match leaf:
        case ForgottenLeaf():
            return Place(leaf.device, leaf.epoch, leaf.n)
        case DisclosureLeaf(envelope=e):
            return Place(e.device, e.epoch, e.n)
        case GapLeaf(gap=g):
            return Place(g.device, g.epoch, g.n)
        case NoteLeaf(note=t):
            return Place(t.device, t.epoch, t.n)


@dataclass(frozen=True, slots=True)
class Committed:
    """What a leaf's hash is made of, with the canonical bytes of its clear part, which `commit` is over; none of a forgotten one."""

    kind: str
    document: bytes
    commit: Digest
    ciphertext: Digest

    @property
    def hash(self) -> bytes:
        """The leaf hash that stands in the journal's tree (32 bytes)."""
        return leaf_hash(leaf_data_of(self.kind, self.commit, self.ciphertext))


def committed(leaf: Sent) -> Committed:
    """A leaf's commitments, under its own salt; of a forgotten one those that it states. Raises Malformed (`bad-salt`)."""
    if isinstance(leaf, ForgottenLeaf):
        return Committed(DisclosureLeaf.KIND, b"", leaf.commit, leaf.ciphertext)
    commitment.check_salt(leaf.salt)
    document = codec.dump(clear_part(leaf))
    return Committed(leaf.KIND, document, clear_commit(leaf.KIND, leaf.salt, document), ciphertext_digest(leaf))


def clear_commit(kind: str, salt: bytes, document: bytes) -> Digest:
    """The commitment to the bytes of a leaf's clear part, under the leaf's salt."""
    return Digest(digest(_TAG[kind], salt, document).hex())


def envelope_commit(envelope: Envelope, salt: bytes) -> Digest:
    """The commitment to an envelope, whole, under its salt: its leaf's, for whoever has no ciphertext. Raises Malformed (`bad-salt`)."""
    return leaf_commit(DisclosureLeaf(envelope, salt, b""))


def clear_part(leaf: Leaf) -> Envelope | Gap | DeviceNote:
    """What of a leaf lies in clear."""
    match leaf:
        case DisclosureLeaf():
            return leaf.envelope
        case GapLeaf():
            return leaf.gap
        case NoteLeaf():
            return leaf.note


def leaf_commit(leaf: Leaf) -> Digest:
    """The commitment to a leaf's clear part, under the leaf's salt. Raises Malformed (`bad-salt`)."""
    return committed(leaf).commit


def leaf_data_of(kind: str, commit: Digest, ciphertext: Digest) -> bytes:
    """A leaf's data, from its commitment and the SHA-256 of its ciphertext: all that is kept once a body is erased.

    Raises Malformed for a kind that is none of the three.
    """
    if kind not in KIND_BYTE:
        raise Malformed("unknown-leaf", "A leaf of the journal is of a kind that is not known here.")
    return digest(Tag.JOURNAL_LEAF, KIND_BYTE[kind], bytes.fromhex(commit), bytes.fromhex(ciphertext))


def ciphertext_digest(leaf: Leaf) -> Digest:
    """SHA-256 of what is enclosed, or of nothing."""
    return Digest(sha256(leaf.ciphertext if isinstance(leaf, DisclosureLeaf) else b"").hexdigest())


def hash_of(leaf: Sent) -> bytes:
    """The leaf hash that stands in the journal's tree (32 bytes)."""
    return committed(leaf).hash


def names_a_head(gap: Gap) -> bool:
    """Whether a NEW_EPOCH gap says what it goes on from: another epoch than its own, and how many leaves of that had a receipt."""
    return gap.last_epoch not in {None, gap.epoch} and gap.last_size is not None


def passes_over(gap: Gap) -> bool:
    """Whether the epoch that a NEW_EPOCH gap names need not be here, for nothing of it had a receipt.

    Intake asks it of what a device's first journal begins with, and a bundle of each epoch that is not in it.
    """
    return names_a_head(gap) and gap.last_size == 0


def check_batch(batch: Batch, checkpoint: DeviceCheckpoint) -> tuple[Committed, ...]:
    """What the batch's leaves commit to, if its leaves and checkpoint fit each other. Raises Malformed or NotAuthentic.

    The signature of the checkpoint is the caller's to check, with the key that the profile names.
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
    return tuple(map(committed, batch.leaves))


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
