"""Reads what the store has kept, beside an agent that may be running. It writes nothing and waits for nothing.

Rules
- Of disclosures: the commitments, which stay when the rest is forgotten. Of the agency's log: the checkpoints that receipts brought.
- A store set aside as damaged is not read.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from offmon.core.errors import Refused
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.ids import Digest


@dataclass(frozen=True, slots=True)
class StoredCommitments:
    """Commitments to all that was ever sent from here, and the notes of checkpoints as they came."""

    commits: frozenset[Digest]
    checkpoints: tuple[bytes, ...]


def read(store: Path) -> StoredCommitments:
    """What the store has. Raises Refused where it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as database:
            commits = database.execute("SELECT commitment FROM leaf WHERE kind = ?", (DisclosureLeaf.KIND,)).fetchall()
            given = database.execute("SELECT checkpoint FROM given ORDER BY rowid").fetchall()
    except sqlite3.DatabaseError:
        raise Refused(
            "store-unreadable", "What this device keeps cannot be read; start the agent, then try again."
        ) from None
    return StoredCommitments(
        frozenset(Digest(commit.hex()) for (commit,) in commits), tuple(note.encode() for (note,) in given)
    )
