"""Makes the proofs that `merkle.py` checks (RFC 6962 §2.1), and signs checkpoints: for who holds a log, and no part of the verifier."""

from collections.abc import Callable, Iterator, Sequence

from offmon.core.formats.keys import SigningKey
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.merkle import Range, consistency_path, inclusion_path, root_of
from offmon.core.log.tlog.note import SignedNote, sign_note

type Subtree = Callable[[int, int], bytes]  # the Merkle hash of the leaves [start, end)


def complete_subtrees(start: int, end: int) -> Iterator[Range]:
    """The complete subtrees that make up the subtree over `[start, end)`, from the largest to the smallest."""
    while start < end:
        width = 1 << ((end - start).bit_length() - 1)
        yield start, start + width
        start += width


def subtrees_of(leaves: Sequence[bytes]) -> Subtree:
    """Subtree hashes over leaf hashes that are all at hand."""
    return lambda start, end: root_of(leaves[start:end])


def prove_inclusion(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The inclusion proof of leaf `index` in the tree of `size` leaves. Raises Malformed where there is no such leaf."""
    return tuple(subtree(start, end) for start, end in inclusion_path(index, size))


def prove_consistency(old: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The proof that the tree of `size` leaves begins with that of `old`. Raises Malformed where `old` is larger."""
    return tuple(subtree(start, end) for start, end in consistency_path(old, size))


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey, *others: SigningKey) -> SignedNote:
    """The checkpoint as a note, signed by the log's key, and by the `others` while one key takes over from another."""
    return sign_note(checkpoint.text, key).adding(
        signature for other in others for signature in sign_note(checkpoint.text, other).signatures
    )
