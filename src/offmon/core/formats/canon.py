"""Canonical bytes and tagged hashes (RFC 8785; docs/specs/README.md §1).

Rules
- JSON that is hashed or signed is RFC 8785 (JCS). Our types have no floats and only ASCII keys, so sorted `json.dumps` *is* JCS (the test
  oracle is the `rfc8785` package).
- A reader checks the size, parses, checks that depth ≤ 16, and compares the bytes with their own canonical form. That alone refuses
  duplicate keys, NaN, spare white space and alternative escapes.
- Where `orjson` is installed, as on a server, it writes and reads the same bytes. What it refuses, the standard library takes or refuses.
- Integers lie in (-2^53, 2^53). Text is kept as captured. Lone surrogates are refused.
- Every hash starts with a tag `offmon/<what>@1` and a zero byte. This one table holds all tags.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from hashlib import sha256
from types import NoneType
from typing import Any

from offmon.core.errors import Malformed

try:
    import orjson
except ImportError:  # a verifier has nothing but `cryptography`, and a device need not be quick
    orjson = None  # type: ignore[assignment]

type Json = bool | int | str | Sequence[Json] | Mapping[str, Json] | None

MAX_DEPTH = 16
# A value that holds itself is as deep as one likes: `_check` refuses it, and the encoder need not look for it.
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)
MAX_INT = 2**53
_PLAIN = frozenset({str, bool, NoneType})  # always in order


class Tag(StrEnum):
    """What a hash is over. A new meaning takes a new tag; a tag is never reused."""

    DOCUMENT = "offmon/document@1"  # bytes of a signed or stored document
    FIELD = "offmon/field@1"  # one field of a committed record
    RECORD = "offmon/record@1"  # a record, from its field digests
    ENVELOPE = "offmon/envelope@1"  # a disclosure's envelope, whole
    JOURNAL_LEAF = "offmon/journal-leaf@1"  # a device journal's leaf
    GAP = "offmon/gap@1"  # a declared hole in coverage
    NOTE = "offmon/note@1"  # a device's note (started, stopped, …)
    RUN = "offmon/run@1"  # one numbered record of a case's run in the log
    LIST = "offmon/list@1"  # a signed list
    SECRET = "offmon/enrolment-secret@1"  # the server's copy of an enrolment secret  # noqa: S105
    ROOT_DIGEST = "offmon/root-digest@1"  # an agency root key, for people to compare
    OS_ACCOUNT = "offmon/os-account@1"
    LOT = "offmon/lot@1"  # one look's place in a sample's draw
    WAY_IN = "offmon/way-in-proof@1"  # a name and a code that a device drew for the person's own page


def encode(value: Json) -> bytes:
    """Canonical bytes of `value` (RFC 8785). Raises Malformed for floats, large integers, non-ASCII keys, lone surrogates."""
    _check(value, 1)
    try:
        return _write(value)
    except UnicodeEncodeError:
        raise Malformed(
            "lone-surrogate", "Text with half of a surrogate pair cannot be committed to; quarantine it."
        ) from None


def encode_part(value: Json) -> bytes:
    """Canonical bytes of a part of what `decode` gave, which was checked with the whole."""
    return _write(value)


def decode(data: bytes, *, max_size: int) -> Json:
    """The value whose canonical form is exactly `data`, of at most `max_size` bytes. Raises Malformed."""
    if len(data) > max_size:
        raise Malformed("too-large", f"The document has {len(data)} bytes; at most {max_size} are read.")
    return _read(data)


def _read_slowly(data: bytes) -> Json:
    try:
        value: Json = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Malformed("not-json", "The document is not JSON in UTF-8; send it again from its source.") from None
    if encode(value) != data:
        raise Malformed(
            "not-canonical", "The document is not in its canonical form (RFC 8785); it was altered or badly written."
        )
    return value


def _write_slowly(value: Json) -> bytes:
    return _ENCODER.encode(value).encode()


def _read_quickly(data: bytes) -> Json:
    with suppress(ValueError, Malformed):
        value: Json = orjson.loads(data)
        if encode(value) == data:
            return value
    return _read_slowly(data)


def _write_quickly(value: Json) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return _write_slowly(value)


_read, _write = (_read_slowly, _write_slowly) if orjson is None else (_read_quickly, _write_quickly)


def digest(tag: Tag, *parts: bytes) -> bytes:
    """SHA-256 over the tag, a zero byte and the parts in order (32 bytes). Callers make the parts self-delimiting."""
    state = sha256(tag.encode() + b"\0")
    for part in parts:
        state.update(part)
    return state.digest()


def _check(value: object, depth: int) -> None:
    if isinstance(value, int):  # true and false are, and lie inside
        if not -MAX_INT < value < MAX_INT:
            raise Malformed("number-too-large", "A number lies outside ±2^53; write it as text.")
        return
    if value is None or isinstance(value, str):
        return
    if depth > MAX_DEPTH:
        raise Malformed("too-deep", f"The document is nested more than {MAX_DEPTH} deep; it is refused unread.")
    items: Iterable[object]
    if isinstance(value, dict):
        _check_keys(value)
        items = value.values()
    elif isinstance(value, list | tuple):
        items = value
    else:
        raise Malformed("not-json", f"A value of type {type(value).__name__} has no place in a document.")
    for item in items:
        if type(item) not in _PLAIN:  # a call for each text would cost more than all the rest
            _check(item, depth + 1)


def _check_keys(value: dict[Any, object]) -> None:
    try:
        if "".join(value).isascii():
            return
    except TypeError:  # a key that is no text
        pass
    raise Malformed("bad-key", "A key is not plain ASCII text.")
