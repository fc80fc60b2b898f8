"""Records committed field by field, so that one field can be withheld but none can go missing (formats §3).

Rules
- `salt_f = HMAC-SHA-256(salt, name)`; `digest_f = H(FIELD ‖ salt_f ‖ JCS([name, value]))`;
  `commit = H(RECORD ‖ JCS({"type", "fields": {every name → digest_f}}))`.
- Every salt has exactly 32 bytes. A short one is no secret, and a longer one could swallow the bytes after it.
- Each record has one salt, kept in its row and erased with it. Without the salt a commitment says nothing of anyone.
- A field is *shown* (value and its salt) or *withheld* (digest and ground). A field in neither list means a forged record.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats.canon import Json, Tag, digest, encode
from offmon.core.ids import Digest

SALT_BYTES = 32


class WithholdingGround(StrEnum):
    """Why a field or an item is not shown (formats §8). Of an item there are those of `Unfit` too."""

    PRIVILEGE = "privilege"
    THIRD_PARTY = "third_party"
    SENSITIVE = "sensitive"
    NOT_RELEVANT = "not_relevant"
    RESTRICTED = "restricted"


class Unfit(StrEnum):
    """Why an item is not shown that was opened to be shown: what the device sent there is unfit to be. No ground for a field.

    Whoever holds the device's key can send that, so it is accounted for and stops nothing. The vault says of each in the log that it is so.
    """

    DOES_NOT_OPEN = "does_not_open"  # it holds no body, or another than its envelope commits to
    NOT_GRANTED = "not_granted"  # it holds a field that its grant does not let leave the device


@dataclass(frozen=True, slots=True)
class CommittedField:
    """One field as a reader is given it: shown (`salt` and value) or withheld (`ground`); `digest` either way."""

    digest: Digest
    salt: bytes | None
    ground: WithholdingGround | None


def check_salt(salt: bytes) -> None:
    """Raises Malformed unless the salt has 32 bytes."""
    if len(salt) != SALT_BYTES:
        raise Malformed("bad-salt", "A salt has 32 bytes; the row or document is damaged.")


def field_salt(salt: bytes, name: str) -> bytes:
    """The salt of one field, from the record's."""
    check_salt(salt)
    return hmac.digest(salt, name.encode(), "sha256")


def field_digest(salt_f: bytes, name: str, value: Json) -> Digest:
    """The commitment to one field, under that field's own salt."""
    check_salt(salt_f)
    return Digest(digest(Tag.FIELD, salt_f, encode([name, value])).hex())


def digests_of(salt: bytes, values: Mapping[str, Json]) -> dict[str, Digest]:
    """Every field's commitment."""
    return {name: field_digest(field_salt(salt, name), name, value) for name, value in values.items()}


def commit_of(kind: str, digests: Mapping[str, Digest]) -> Digest:
    """The record's commitment, from its field digests."""
    return Digest(digest(Tag.RECORD, encode({"type": kind, "fields": dict(digests)})).hex())


def commit(kind: str, salt: bytes, values: Mapping[str, Json]) -> Digest:
    """The record's commitment, from its values."""
    return commit_of(kind, digests_of(salt, values))


def check_field(shown: CommittedField, name: str, value: Json) -> None:
    """Raises NotAuthentic unless a shown field's value is the one that was committed to."""
    if shown.salt is None or not hmac.compare_digest(field_digest(shown.salt, name, value), shown.digest):
        raise NotAuthentic("field-changed", f"The field “{name}” is not the one that was committed to.")
