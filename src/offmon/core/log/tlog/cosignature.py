"""Cosignatures: a witness states when it saw a checkpoint, consistent with all it saw before (C2SP tlog-cosignature).

Rules
- `cosignature/v1`, Ed25519, signs a header line, the time in whole seconds, and the checkpoint's text. The signature line holds the time
  (eight bytes, big-endian), then 64 bytes of signature.
- The signed text does not name the witness. So one key counts once, under however many names it is listed.
- A cosignature by a known key that fails refuses the note. The caller decides how many witnesses are enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from offmon.core.clock import SECOND_MS
from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats.keys import Algorithm, PublicKey, SigningKey
from offmon.core.ids import CHECKS, Ms
from offmon.core.log.tlog.note import NoteSignature, SignedNote

_TIME_BYTES = 8
_VALUE_BYTES = _TIME_BYTES + 64


@dataclass(frozen=True, slots=True)
class Cosigned:
    """That `witness` saw a checkpoint at `at` (milliseconds UTC, of whole seconds)."""

    witness: PublicKey
    at: Ms


def cosign(note: SignedNote, key: SigningKey, at: Ms) -> NoteSignature:
    """The witness's cosignature over a checkpoint's note, at `at` (rounded down to the second)."""
    _check_kind(key.public)
    seconds = at // SECOND_MS
    if seconds <= 0:
        raise Malformed("bad-time", "A cosignature states a time after 1970; set this machine's clock.")
    value = seconds.to_bytes(_TIME_BYTES) + key.sign(_message(note.text, seconds))
    return NoteSignature(key.name, key.public.id, value)


def check_cosigned(note: SignedNote, witnesses: Iterable[PublicKey]) -> tuple[Cosigned, ...]:
    """Which witnesses cosigned the note, each with its earliest time; perhaps none. Raises NotAuthentic where one does not hold."""
    found: dict[bytes, Cosigned] = {}
    for witness in witnesses:
        _check_kind(witness)
        for value in note.by(witness):
            at = _check_value(note.text, witness, value)
            known = found.get(witness.raw)
            if known is None or at < known.at:
                found[witness.raw] = Cosigned(witness, at)
    return tuple(found.values())


def by_anyone(note: SignedNote) -> int:
    """How many lines under the note have the form of a cosignature, whoever made them: what was taken away is not what is unknown."""
    return sum(len(signature.value) == _VALUE_BYTES for signature in note.signatures)


def _check_value(text: str, witness: PublicKey, value: bytes) -> Ms:
    seconds = int.from_bytes(value[:_TIME_BYTES])
    at = seconds * SECOND_MS
    if len(value) != _VALUE_BYTES or not seconds or not CHECKS[Ms](at):
        raise NotAuthentic("bad-cosignature", "A cosignature is of the wrong length, or states an impossible time.")
    witness.verify(value[_TIME_BYTES:], _message(text, seconds))
    return Ms(at)


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _check_kind(key: PublicKey) -> None:
    if key.algorithm is not Algorithm.COSIGNATURE:
        raise Malformed("wrong-key-kind", "A witness's key is one that makes cosignatures; check the key list.")
