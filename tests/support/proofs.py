"""Checks one proof or checkpoint by itself, as any reader of a C2SP log would."""

from collections.abc import Iterable
from dataclasses import dataclass

from offmon.core.formats.keys import PublicKey
from offmon.core.log.tlog.checkpoint import Checkpoint, check_checkpoint
from offmon.core.log.tlog.cosignature import Cosigned, check_cosigned
from offmon.core.log.tlog.merkle import check_inclusion, leaf_hash
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proof import Proof


@dataclass(frozen=True, slots=True)
class Logged:
    """What a proof showed: the checkpoint, which keys of the log signed it, and which witnesses saw it when."""

    checkpoint: Checkpoint
    log_keys: tuple[PublicKey, ...]
    cosigned: tuple[Cosigned, ...]


def check_proof(
    proof: Proof, entry: bytes, *, origin: str, log_keys: Iterable[PublicKey], witnesses: Iterable[PublicKey]
) -> Logged:
    """That log `origin` holds `entry` at `proof.index`. Raises Malformed or NotAuthentic."""
    checkpoint, signers = check_checkpoint(proof.note, origin, log_keys)
    cosigned = check_cosigned(proof.note, witnesses)
    check_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return Logged(checkpoint, signers, cosigned)


def open_checkpoint(data: bytes, origin: str, keys: Iterable[PublicKey]) -> Checkpoint:
    """The checkpoint of log `origin`, from the bytes of its note. Raises Malformed or NotAuthentic."""
    return check_checkpoint(SignedNote.parse(data), origin, keys)[0]
