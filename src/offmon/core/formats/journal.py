"""The device's journal: an append-only tree of commitments, one per epoch (formats §6). `batches.py`: what intake accepts of it.

Rules
- Leaf data = JOURNAL_LEAF ‖ kind byte ‖ commitment (32) ‖ SHA-256 of the ciphertext, or of nothing (32). The tree is RFC 6962's.
- An epoch is 16 random bytes and has one device key. Numbers count from 0 without a hole. A closed epoch takes no leaf.
- Every epoch but a device's first begins with a Gap (NEW_EPOCH) that names the last known head. The agency takes a journal that begins with
  such a gap as its first only if the named epoch never arrived (`passes_over`).
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from offmon.core.errors import Malformed
from offmon.core.formats import codec, commitment
from offmon.core.formats.canon import Tag, digest
from offmon.core.formats.event import (
    DeviceNote,
    DisclosureLeaf,
    Envelope,
    ForgottenLeaf,
    Gap,
    GapLeaf,
    Leaf,
    NoteLeaf,
    Sent,
)
from offmon.core.ids import Digest, Id
from offmon.core.log.tlog.merkle import leaf_hash

KIND_BYTE: Final[dict[str, bytes]] = {"disclosure": b"\1", "gap": b"\2", "note": b"\3"}
_TAG: Final = {DisclosureLeaf.KIND: Tag.ENVELOPE, GapLeaf.KIND: Tag.GAP, NoteLeaf.KIND: Tag.NOTE}
LOST_BY_AGENCY: Final = "lost-by-agency"


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


def committed(leaf: Sent, document: bytes | None = None) -> Committed:
    """A leaf's commitments; of a forgotten one those that it states. `document`: its clear part's bytes, if known. Raises Malformed."""
    if isinstance(leaf, ForgottenLeaf):
        return Committed(DisclosureLeaf.KIND, b"", leaf.commit, leaf.ciphertext)
    commitment.check_salt(leaf.salt)
    document = codec.dump(clear_part(leaf)) if document is None else document
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
