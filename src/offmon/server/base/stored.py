"""How the parts of a record lie in one column of its row: canonical JSON of a list."""

from collections.abc import Iterable

from offmon.core.errors import Malformed
from offmon.core.formats import codec
from offmon.core.formats.canon import decode, encode


def write(parts: Iterable[object]) -> bytes:
    """Parts as they lie in the column."""
    return encode([codec.to_doc(one) for one in parts])


def read[T](cls: type[T], data: bytes, max_size: int) -> tuple[T, ...]:
    """Parts from the column. Raises Malformed."""
    docs = decode(data, max_size=max_size)
    if not isinstance(docs, list):
        raise Malformed("bad-parts", "The stored parts of a record are damaged. Restore them from a backup.")
    return tuple(codec.from_doc(cls, doc) for doc in docs)
