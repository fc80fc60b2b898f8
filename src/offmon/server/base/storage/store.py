"""What a store is. A directory is one (`directory`); an object store with Object Lock would be another.

Rules
- Written once: a name is the SHA-256 of its bytes, so its content never changes. It may be removed.
- A store holds ciphertext. It learns a length and a time, and nothing else.
- The bytes are on the disk when `put` returns, so a row may then name them. If that row is never written, nobody can open what is left.
"""

from typing import Final, NewType, Protocol

MAX_STORED: Final = 21 << 20  # the largest thing of ours is a document of 20 MB, enclosed

Name = NewType("Name", str)
"""64 hex digits: the SHA-256 of what lies there."""


class Store(Protocol):
    """Puts bytes away and gives them back."""

    def put(self, data: bytes) -> Name:
        """Keep `data`, of at most `MAX_STORED` bytes. Raises Refused."""
        ...

    def get(self, name: str) -> bytes:
        """The bytes of that name, exactly as they were put. Raises NotAuthentic where they are gone or are others."""
        ...

    def remove(self, name: str) -> None:
        """What lies there is gone from the disk; nothing where there is none. Call it once no row names it: when that is committed."""
        ...
