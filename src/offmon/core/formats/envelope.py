"""Encloses a body so that only the vault opens it, and fixes what must not change on the way (formats §3, §5; RFC 9180).

Rules
- The content is committed field by field under one salt. The salt travels *inside*, so the commitment in clear says nothing.
- The plaintext is padded (0x80, then zeros) to the smallest power of two from 1 to 64 KiB. No length is in clear, because a length would
  reveal which page it was.
- HPKE suite 1 (X25519, HKDF-SHA256, AES-256-GCM), base mode. `info` binds the body to its place: deployment, device, epoch, n and the
  profile's digest. A body moved to another place does not open.
- Opening also checks the commitment. It shows exactly what the device committed to, or nothing.
- The verifier opens nothing and imports none of this: HPKE needs a newer `cryptography` than a reader's system may have.
- Only `enclose` draws randomness (inside HPKE). Salts are arguments.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from offmon.core.authority.profile import HpkeKey
from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats import codec, commitment
from offmon.core.formats.canon import Json, encode
from offmon.core.formats.event import Body, Envelope
from offmon.core.ids import Digest

SUITE_1: Final = 1
MIN_PADDED: Final = 1 << 10
MAX_PADDED: Final = 1 << 16
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The plaintext: a body and the salt of its commitment."""

    TYPE: ClassVar[str] = "offmon/enclosed@1"

    salt: bytes
    body: Body


def body_fields(body: Body) -> dict[str, Json]:
    """A body's fields as they are committed to, by name."""
    doc = codec.to_doc(body)
    del doc["type"]
    return doc


def content_commit(body: Body, salt: bytes) -> Digest:
    """The commitment that the envelope carries and every later holder is held to."""
    return commitment.commit(Body.TYPE, salt, body_fields(body))


def place_of(envelope: Envelope) -> bytes:
    """What a body is bound to: HPKE's `info`."""
    return encode(
        {
            "deployment": envelope.deployment,
            "device": envelope.device,
            "epoch": envelope.epoch,
            "n": envelope.n,
            "profile": envelope.profile,
        }
    )


def enclose(enclosed: Enclosed, key: HpkeKey, info: bytes) -> bytes:
    """Ciphertext of a padded body. Raises Malformed (`too-large`, `unknown-suite`)."""
    return seal_bytes(_pad(codec.dump(enclosed)), key, info)


def open_enclosed(ciphertext: bytes, private: X25519PrivateKey, info: bytes) -> Enclosed:
    """The body and salt inside. Raises NotAuthentic if it was not enclosed to this key at this place."""
    return codec.load(Enclosed, _unpad(open_bytes(ciphertext, private, info)), max_size=MAX_PADDED)


def open_checked(envelope: Envelope, ciphertext: bytes, private: X25519PrivateKey) -> Enclosed:
    """As `open_enclosed`, and it is what the envelope committed to. Raises NotAuthentic (`body-swapped`)."""
    enclosed = open_enclosed(ciphertext, private, place_of(envelope))
    if content_commit(enclosed.body, enclosed.salt) != envelope.content_commit:
        raise NotAuthentic(
            "body-swapped", "The enclosed body is not the one that the device committed to; nothing of it is shown."
        )
    return enclosed


def seal_bytes(plaintext: bytes, key: HpkeKey, info: bytes) -> bytes:
    """HPKE to a public key (single shot, base mode). Raises Malformed for a suite or key that is not known here."""
    if key.suite != SUITE_1 or len(key.key) != 32:
        raise Malformed("unknown-suite", "The key is of a suite that this version does not know; update it first.")
    try:
        return _SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(key.key), info)
    except ValueError:  # a point of small order, which whoever asks to be enrolled could send
        raise Malformed("weak-key", "The key is one that anybody could open; make a new one.") from None


def check_key(key: HpkeKey) -> None:
    """Raises Malformed for a key that nothing could be enclosed to: better asked when it is given than when it is needed."""
    seal_bytes(b"", key, b"")


def open_bytes(ciphertext: bytes, private: X25519PrivateKey, info: bytes) -> bytes:
    """Undo `seal_bytes`. Raises NotAuthentic."""
    try:
        return _SUITE.decrypt(ciphertext, private, info)
    except (InvalidTag, ValueError):
        raise NotAuthentic(
            "does-not-open", "This key does not open it, or it was enclosed for another place."
        ) from None


def public_of(private: X25519PrivateKey) -> HpkeKey:
    """The public half, as profiles carry it."""
    return HpkeKey(SUITE_1, private.public_key().public_bytes_raw())


def _pad(plaintext: bytes) -> bytes:
    size = MIN_PADDED
    while size < len(plaintext) + 1:
        size *= 2
    if size > MAX_PADDED:
        raise Malformed("too-large", "A body is larger than 64 KiB; it is quarantined and declared as a gap.")
    return plaintext + b"\x80" + bytes(size - len(plaintext) - 1)


def _unpad(padded: bytes) -> bytes:
    plaintext = padded.rpartition(b"\x80")[0]
    if padded != _pad(plaintext):
        raise NotAuthentic("bad-padding", "The enclosed body is not padded as every body is.")
    return plaintext
