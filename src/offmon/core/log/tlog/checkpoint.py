"""Checkpoints: what a log says of its tree at one size (C2SP tlog-checkpoint).

Rules
- Three lines: origin, size, root hash. Extension lines are refused: nobody could audit them.
- A checkpoint counts only under the origin that the caller asked for, with a key that the caller trusts for that origin.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats.keys import PublicKey
from offmon.core.log.tlog.lines import decode_hash, decode_number, encode64
from offmon.core.log.tlog.merkle import HASH_BYTES, MAX_SIZE
from offmon.core.log.tlog.note import SignedNote, check_signed


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's tree: whose (`origin`), how many leaves (`size`), and its root hash (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin:
            raise Malformed("bad-checkpoint", "A checkpoint does not say which log it is of.")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise Malformed("bad-checkpoint", "A checkpoint's size or root is not one that a tree can have.")

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a checkpoint from the text of a note. Raises Malformed."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise Malformed("bad-checkpoint", "A checkpoint has exactly three lines: origin, size and root.")
        return cls(lines[0], decode_number(lines[1]), decode_hash(lines[2]))

    @classmethod
    def copied(cls, data: bytes) -> "Checkpoint":
        """Read what someone kept of a checkpoint: the note as it was signed, or its three lines copied from paper. Raises Malformed.

        Nothing of it is checked by a signature: it is worth as much as whoever brings it.
        """
        try:
            text = data.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise Malformed("bad-checkpoint", "The file is not text; a checkpoint is three lines.") from None
        return cls.parse(text.partition("\n\n")[0].removesuffix("\n") + "\n")

    @property
    def text(self) -> str:
        """The three lines: the text that is signed."""
        return f"{self.origin}\n{self.size}\n{encode64(self.root)}\n"


def check_checkpoint(
    note: SignedNote, origin: str, keys: Iterable[PublicKey]
) -> tuple[Checkpoint, tuple[PublicKey, ...]]:
    """The checkpoint of log `origin` in a note, and those of its `keys` that signed. Raises Malformed or NotAuthentic."""
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != origin:
        raise NotAuthentic("wrong-log", "A checkpoint is of another log than the one that was asked for.")
    return checkpoint, check_signed(note, keys)
