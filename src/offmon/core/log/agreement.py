"""Agreement: whether a stored row is what the log says of it (design §0, "a row is held to the log at all times").

Rules
- An entry names a row that it writes, with the commitment to it. The newest entry that may commit to such a row counts (`provenance`).
- No row is ever removed: what an entry made, or what somebody saw once, is still there.
- Some columns are committed to by no entry: ciphertexts, and copies that make a search quick. They change only with an entry that names the
  row. So whoever looks keeps a digest of the whole row, and the place of the entry that named it last.
- A copy of what a document says follows from that document, from the first look on.
"""

from dataclasses import dataclass
from enum import StrEnum

from offmon.core.ids import Digest


class Disagreement(StrEnum):
    """How a row disagrees with the log. The gravest counts: the first that is true."""

    GONE = "row-gone"
    UNNAMED = "row-unnamed"
    CHANGED = "row-changed"
    DIFFERS = "copy-differs"
    ALTERED = "row-altered"
    JOURNAL = "journal-differs"
    """Of a batch: its leaves are not those that its device committed to."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the log says of a row: the place of the newest entry that names it, and what it commits to. None: to nothing of this row."""

    place: int
    commit: Digest | None


@dataclass(frozen=True, slots=True)
class Stored:
    """The row as it stands. `commit`: to what is committed of it; None where that cannot be read. `digest`: of all its columns.

    `follows`: whether its copies say what the document says that they are made from.
    """

    commit: Digest | None
    digest: Digest
    follows: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """The row at the look before: the digest of all its columns, and the place of the entry that had named it last."""

    digest: Digest
    place: int


def disagreement(named: Named | None, stored: Stored | None, seen: Seen | None) -> Disagreement | None:
    """How a row disagrees with the log; None where it agrees. `stored`: None where there is none of that id."""
    if stored is None:
        return None if named is None and seen is None else Disagreement.GONE
    if named is None:
        return Disagreement.UNNAMED
    if stored.commit is None or named.commit not in {None, stored.commit}:
        return Disagreement.CHANGED
    if not stored.follows:
        return Disagreement.DIFFERS
    if seen is not None and seen.digest != stored.digest and seen.place >= named.place:
        return Disagreement.ALTERED
    return None
