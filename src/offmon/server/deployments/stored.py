"""How choices and settings lie in a row of an authorisation: canonical JSON."""

from collections.abc import Iterable
from typing import Final

from offmon.core.authority.profile import Choice, Setting
from offmon.core.errors import Malformed
from offmon.core.formats import codec
from offmon.core.formats.canon import decode, encode

MAX_CHOICES: Final = 1 << 16


def write_choices(choices: tuple[Choice, ...]) -> bytes:
    """Choices as they lie in the row."""
    return encode([codec.to_doc(choice) for choice in choices])


def read_choices(data: bytes) -> tuple[Choice, ...]:
    """Choices from the row."""
    docs = decode(data, max_size=MAX_CHOICES)
    if not isinstance(docs, list):
        raise Malformed("bad-choices", "The stored choices are damaged; record them again.")
    return tuple(codec.from_doc(Choice, doc) for doc in docs)


def read_offered(stored: Iterable[str]) -> tuple[Setting, ...]:
    """The settings of the row, each as choices lie there."""
    return tuple(Setting(read_choices(one.encode())) for one in stored)
