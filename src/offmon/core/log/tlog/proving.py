"""Makes the proofs that `merkle.py` checks (RFC 6962 §2.1): for who holds a log, and no part of the verifier."""

from collections.abc import Callable, Sequence

from offmon.core.log.tlog.merkle import consistency_path, inclusion_path, root_of

type Subtree = Callable[[int, int], bytes]  # the Merkle hash of the leaves [start, end)


def subtrees_of(leaves: Sequence[bytes]) -> Subtree:
    """Subtree hashes over leaf hashes that are all at hand."""
    return lambda start, end: root_of(leaves[start:end])


def prove_inclusion(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The inclusion proof of leaf `index` in the tree of `size` leaves. Raises Malformed where there is no such leaf."""
    return tuple(subtree(start, end) for start, end in inclusion_path(index, size))


def prove_consistency(old: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The proof that the tree of `size` leaves begins with that of `old`. Raises Malformed where `old` is larger."""
    return tuple(subtree(start, end) for start, end in consistency_path(old, size))
