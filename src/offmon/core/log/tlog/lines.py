"""Values in lines of text: base64 and decimal numbers, each in its one form (RFC 4648 §4; C2SP tlog-checkpoint).

Rules
- A value has one spelling. It has no missing or spare padding, no stray bits, no leading zero, no sign, no digit but 0-9.
"""

import base64
import binascii
import re

from offmon.core.errors import Malformed
from offmon.core.log.tlog.merkle import HASH_BYTES, MAX_SIZE

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def encode64(data: bytes) -> str:
    """Bytes as standard base64."""
    return base64.b64encode(data).decode()


def decode64(text: str) -> bytes:
    """The bytes whose standard base64 is exactly `text`. Raises Malformed."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("bad-base64", "A line is not base64; it was cut or altered on its way.") from None
    if encode64(data) != text:
        raise Malformed("bad-base64", "A line is not base64 in its one form; it was altered on its way.")
    return data


def decode_hash(text: str) -> bytes:
    """The 32 bytes of a hash line. Raises Malformed."""
    data = decode64(text)
    if len(data) != HASH_BYTES:
        raise Malformed("bad-hash", f"A hash has {HASH_BYTES} bytes; a line holds {len(data)}.")
    return data


def decode_number(text: str) -> int:
    """A tree size or index. Raises Malformed."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise Malformed("bad-number", "A size or index is not a whole number in its one form.")
    return int(text)
