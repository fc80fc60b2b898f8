"""Merkle trees, and proofs about them (RFC 6962 §2.1; RFC 9162 §2.1).

Rules
- A leaf is hashed after a zero byte, a node after a one byte, so neither passes for the other. No leaves hash to SHA-256 of nothing.
- A proof is a list of subtree hashes. The numbers alone fix which subtrees (`inclusion_path`, `consistency_path`). Maker and checker walk
  the same list, and a proof of another length is refused before any hashing.
- Leaf hashes, roots and the hashes of a proof have 32 bytes. Else an empty leaf would equal an empty root.
- An empty proof shows that a tree is consistent with itself, and with the empty tree.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

from offmon.core.errors import Malformed, NotAuthentic

HASH_BYTES = 32
MAX_PROOF = 63  # hashes: the limit of C2SP tlog-witness
MAX_SIZE = 2**62  # leaves: the largest tree whose every proof keeps that limit
EMPTY_ROOT = sha256(b"").digest()

type Range = tuple[int, int]  # leaves [start, end)


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf, from its data."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node, from those of its two children."""
    return sha256(b"\1" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that a growing tree must remember: its size, and its complete subtrees from the largest to the smallest."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE or len(self.peaks) != self.size.bit_count() or not _are_hashes(self.peaks):
            raise Malformed("bad-frontier", "A stored frontier does not fit its size; rebuild it from the tiles.")

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The tree after these leaf hashes."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            peaks.append(leaf)
            # Each one bit at the end of the old size is a complete subtree that now has a neighbour of its own size.
            for _ in range((size ^ (size + 1)).bit_length() - 1):
                right, left = peaks.pop(), peaks.pop()
                peaks.append(node_hash(left, right))
            size += 1
        return Frontier(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The tree's root hash (32 bytes)."""
        return join(self.peaks)


def split(hashes: bytes) -> tuple[bytes, ...]:
    """Hashes that are stored one behind the other, such as a frontier's peaks."""
    return tuple(hashes[i : i + HASH_BYTES] for i in range(0, len(hashes), HASH_BYTES))


def join(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, given from the largest to the smallest."""
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks)) if peaks else EMPTY_ROOT


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root hash over these leaf hashes."""
    return Frontier().extend(leaves).root


def inclusion_path(index: int, size: int) -> list[Range]:
    """Which subtrees prove that leaf `index` is in the tree of `size` leaves: from the leaf's sibling up (RFC 6962 §2.1.1)."""
    if not 0 <= index < size <= MAX_SIZE:
        raise Malformed("outside-tree", f"A tree of {size} leaves has no leaf {index}.")
    start, end, path = 0, size, list[Range]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, size: int) -> list[Range]:
    """Which subtrees prove that the tree of `size` leaves begins with that of `old` leaves (RFC 6962 §2.1.2)."""
    if not 0 <= old <= size <= MAX_SIZE:
        raise Malformed("outside-tree", f"A tree of {size} leaves does not begin with one of {old}.")
    if old in (0, size):
        return []
    start, end, path = 0, size, list[Range]()
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start > 0:  # else the last subtree is the old tree itself, whose root the checker holds
        path.append((start, end))
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raises NotAuthentic unless `proof` shows leaf hash `leaf` at `index` of the tree of `size` leaves with this root."""
    path = inclusion_path(index, size)
    _check_length(proof, path)
    seen = leaf
    for (_, end), sibling in zip(path, proof, strict=True):
        seen = node_hash(sibling, seen) if end <= index else node_hash(seen, sibling)
    if len(leaf) != HASH_BYTES or not hmac.compare_digest(seen, root):
        raise NotAuthentic("not-included", f"An inclusion proof does not lead from entry {index} to the log's root.")


def check_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Raises NotAuthentic unless `proof` shows that the tree (`size`, `root`) begins with the tree (`old`, `old_root`)."""
    path = consistency_path(old, size)
    _check_length(proof, path)
    if not _are_hashes((old_root, root)):
        raise NotAuthentic("not-consistent", "The root of a tree is no SHA-256 hash.")
    for leaves, claimed in ((old, old_root), (size, root)):
        if leaves == 0 and claimed != EMPTY_ROOT:
            raise NotAuthentic("not-consistent", "A checkpoint of no entries does not have the empty tree's root.")
    if old == 0:
        return
    if not path or path[0][1] > old:
        seen_old = seen = old_root
        steps = list(zip(path, proof, strict=True))
    else:
        seen_old = seen = proof[0]
        steps = list(zip(path[1:], proof[1:], strict=True))
    for (_, end), sibling in steps:
        if end <= old:
            seen_old, seen = node_hash(sibling, seen_old), node_hash(sibling, seen)
        else:
            seen = node_hash(seen, sibling)
    if not (hmac.compare_digest(seen_old, old_root) and hmac.compare_digest(seen, root)):
        raise NotAuthentic("not-consistent", f"The tree of {size} entries does not begin with the known one of {old}.")


def _split(size: int) -> int:
    """The largest power of two below `size` (at least 2): where RFC 6962 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)


def _check_length(proof: Sequence[bytes], path: Sequence[Range]) -> None:
    if len(proof) != len(path) or not _are_hashes(proof):
        raise NotAuthentic("proof-length", f"A proof has {len(proof)} hashes where these sizes need {len(path)}.")
