"""A heartbeat in short form: what a device with nothing to report sends, and the answer (docs/specs/device-protocol.md).

Rules
- Agency and device both know the device's state: the head of its journal, its run, and what it was last given. A short heartbeat carries a
  digest of that state, a time and a signature. The agency compares it with the state that it knows. Where they differ the device says all.
- The device's key signs the short heartbeat for one address. Its nonce is made of what is signed, so each counts once.
- The answer carries the time and the signature of a receipt. The device makes the receipt from what it knows, and checks it like any other.
- Nothing in it depends on whether something was found: it goes by the clock, and each has the same length.
"""

import struct
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import ClassVar, Final

from offmon.core.errors import Malformed
from offmon.core.formats import codec, dsse
from offmon.core.formats.event import Receipt
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.ids import Count, Digest, Id, Ms

MAX_BEAT: Final = 512
_KIND: Final = "application/vnd.offmon.beat.v1"
_SAID: Final = struct.Struct(">qq32s")
_SIGNATURE_BYTES: Final = 64
_RECEIPT: Final = dsse.payload_type(Receipt.TYPE)
_ANSWER: Final = struct.Struct(f">q{_SIGNATURE_BYTES}s")


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What device and agency both know. `keys`, `profile`: digests of the newest statement and profile.

    `log_checkpoint`: the last given.
    """

    TYPE: ClassVar[str] = "offmon/device-state@1"

    device: Id
    epoch: Id
    size: Count
    root: Digest
    boot: Id
    keys: Digest
    profile: Digest | None
    log_checkpoint: str | None

    @property
    def digest(self) -> Digest:
        """How a short heartbeat names it."""
        return dsse.digest_of(codec.dump(self))


@dataclass(frozen=True, slots=True)
class Beat:
    """A short heartbeat. `at`: raw device time; `state`: a digest of the `DeviceState`; `keyid`: whose it is."""

    at: Ms
    clock_offset_ms: int
    state: Digest
    keyid: str

    @property
    def said(self) -> bytes:
        """Its bytes without signature and key."""
        return _SAID.pack(self.at, self.clock_offset_ms, bytes.fromhex(self.state))

    def signed_bytes(self, target: str) -> bytes:
        """What the device signs. `target`: the whole address that it is sent to."""
        return dsse.pae(_KIND, b"%s %s %s" % (target.encode(), self.keyid.encode(), self.said))

    def nonce(self, target: str) -> str:
        """32 hex digits that no other short heartbeat has."""
        return sha256(self.signed_bytes(target)).hexdigest()[:32]

    @property
    def corrected(self) -> Ms:
        """Its time by the agency's clock, as well as the device knows it."""
        return Ms(max(0, self.at + self.clock_offset_ms))


@dataclass(frozen=True, slots=True)
class SentBeat:
    """A short heartbeat as it came, with its signature, which nobody has checked."""

    beat: Beat
    signature: bytes

    def check(self, target: str, key: PublicKey) -> None:
        """Raises NotAuthentic unless that key signed it for that address."""
        key.verify(self.signature, self.beat.signed_bytes(target))


def known_as(keys: Digest, profile: Digest | None) -> str:
    """How a device that asks for its profile says what it holds, as an entity tag (RFC 9110 §8.8.3). `keys`: of the newest statement."""
    return f'"{keys}.{profile or ""}"'


def sign(beat: Beat, target: str, key: SigningKey) -> bytes:
    """The bytes that are sent."""
    return beat.said + key.sign(beat.signed_bytes(target)) + beat.keyid.encode()


def load(data: bytes) -> SentBeat:
    """Read what was sent. Raises Malformed."""
    end = _SAID.size + _SIGNATURE_BYTES
    if not end < len(data) <= MAX_BEAT:
        raise Malformed("malformed", "A short heartbeat has another length.")
    at, offset, state = _SAID.unpack(data[: _SAID.size])
    try:
        keyid = data[end:].decode("ascii")
    except UnicodeDecodeError:
        raise Malformed("malformed", "A short heartbeat names no key.") from None
    if at < 0 or not keyid.isprintable():
        raise Malformed("malformed", "A short heartbeat names no time or no key.")
    return SentBeat(Beat(Ms(at), offset, Digest(state.hex()), keyid), data[_SAID.size : end])


def answer(receipt: Receipt, key: SigningKey) -> bytes:
    """What the agency answers: all of the signed receipt that the device cannot know."""
    return _ANSWER.pack(receipt.at, key.sign(dsse.pae(_RECEIPT, codec.dump(receipt))))


def receipt_of(answered: bytes, known: Receipt, signer: str) -> bytes:
    """The signed receipt, as the agency would have sent it whole. `known`: the same with any time. Raises Malformed.

    Nobody has checked its signature yet.
    """
    if len(answered) != _ANSWER.size:
        raise Malformed("malformed", "The answer to a short heartbeat has another length.")
    at, signature = _ANSWER.unpack(answered)
    receipt = codec.dump(replace(known, at=Ms(at)))
    return codec.dump(dsse.Signed(receipt, _RECEIPT, (dsse.Signature(signer, signature),)))
