"""Public keys as C2SP verifier keys ("vkeys"), and signing with their private halves.

Rules (C2SP signed-note; tlog-cosignature)
- A vkey is `name+hhhhhhhh+base64(algorithm byte ‖ 32 key bytes)`. The eight hex digits are the first four bytes of SHA-256(name ‖ LF ‖
  algorithm byte ‖ key). A vkey whose digits do not match its key is refused.
- Algorithm 1 is Ed25519; 4 is an Ed25519 key that makes time-stamped cosignatures. Nothing else is accepted.
- A point of small order is refused. Under such a key one signature fits many messages, so its holder could disown it.
- A key's name says whose it is and what for (`force.invalid/86/profile`), and is part of what is trusted.
"""

import base64
import binascii
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats.canon import Tag, digest
from offmon.core.ids import CHECKS, Digest, VKey

# The points of order 1, 2, 4 and 8 as their y, sign bit clear, in every encoding that fits 32 bytes (as in libsodium).
_SMALL_ORDER: Final = frozenset(
    {
        bytes(32),
        (1).to_bytes(32, "little"),
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        *((2**255 - 19 + d).to_bytes(32, "little") for d in (-1, 0, 1)),
    }
)


class Algorithm(IntEnum):
    """The algorithm byte of a vkey."""

    ED25519 = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A named public key: `name`, algorithm, 32 raw bytes."""

    name: str
    algorithm: Algorithm
    raw: bytes

    @classmethod
    def parse(cls, vkey: str) -> "PublicKey":
        """Read a vkey. Raises Malformed."""
        if not CHECKS[VKey](vkey):
            raise Malformed("bad-vkey", "A public key is not a C2SP verifier key; check that it was copied whole.")
        name, claimed, body = vkey.split("+", 2)
        try:
            data = base64.b64decode(body, validate=True)
            algorithm = Algorithm(data[0])
        except (binascii.Error, ValueError, IndexError):
            raise Malformed("bad-vkey", "A public key is of an algorithm that is not known here.") from None
        key = cls(name, algorithm, data[1:])
        if len(key.raw) != 32 or key.id.hex() != claimed or key.vkey != vkey:
            raise Malformed(
                "bad-vkey", "A public key does not match its own check digits; check that it was copied whole."
            )
        if key.raw[:31] + bytes([key.raw[31] & 0x7F]) in _SMALL_ORDER:
            raise Malformed("weak-key", "A public key fits every message; make a new one.")
        return key

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys apart; no proof of anything."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.raw).digest()[:4]

    @property
    def vkey(self) -> VKey:
        """The key as text."""
        return VKey(f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.algorithm]) + self.raw).decode()}")

    @property
    def keyid(self) -> str:
        """`name+hhhhhhhh`, the hint that signatures carry."""
        return f"{self.name}+{self.id.hex()}"

    @property
    def fingerprint(self) -> Digest:
        """What people compare on paper: a tagged SHA-256 of the vkey."""
        return Digest(digest(Tag.ROOT_DIGEST, self.vkey.encode()).hex())

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raises NotAuthentic unless `signature` is this key's Ed25519 signature over `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise NotAuthentic("bad-signature", "A signature does not match its document and key.") from None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A named private key. It is held by one process and never written into a document."""

    name: str
    private: Ed25519PrivateKey
    algorithm: Algorithm = Algorithm.ED25519

    @classmethod
    def from_seed(cls, name: str, seed: bytes, algorithm: Algorithm = Algorithm.ED25519) -> "SigningKey":
        """From 32 secret bytes. Raises Malformed for another length."""
        if len(seed) != 32:
            raise Malformed("bad-seed", "A signing key has 32 secret bytes; the key file is damaged.")
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed), algorithm)

    @property
    def public(self) -> PublicKey:
        """Its public half."""
        return PublicKey(self.name, self.algorithm, self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519 signature."""
        return self.private.sign(message)
