"""The file under the outbox: how it is opened, what is in it, and what SQLite's errors mean.

Rules
- Committed data is on the disk (WAL, synchronous=FULL). Removed data is overwritten (secure_delete).
- Only the agent writes here, and it hardly waits for another's lock. Only a finding would wait. Meanwhile the indicator's measure would
  grow old, and that time would be declared as not visible.
- A full, read-only or failing disk damages nothing: existing data stays, and the write is tried again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from offmon.core.errors import Refused

WAIT_S: Final = 0.1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS epoch (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    received INTEGER NOT NULL DEFAULT 0,  -- leaves that a receipt covers
    receipt BLOB                          -- the last one, as signed
) STRICT;
CREATE TABLE IF NOT EXISTS leaf (
    epoch INTEGER NOT NULL REFERENCES epoch (number),
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    enclosed BLOB NOT NULL CHECK (length(enclosed) = 32),  -- SHA-256 of what is enclosed, or of nothing
    data BLOB,                            -- the whole leaf; of a disclosure, until its receipt
    PRIMARY KEY (epoch, n)
) STRICT;
CREATE TABLE IF NOT EXISTS kept (         -- losses that have no place yet: they wait for their hour
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    lost INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS given (checkpoint TEXT NOT NULL UNIQUE) STRICT;  -- of the agency's log, by receipts; no epoch's
"""


class StoreUnavailable(Refused):
    """The disk did not take it: full, read-only or failing. Nothing was kept; what is there stays."""

    def __init__(self) -> None:
        super().__init__("store-unavailable", "The agent's store cannot be written; make room on the disk.")


class StoreDamaged(Refused):
    """The store cannot be read or written any more. Open it anew: what is damaged is moved aside."""

    def __init__(self) -> None:
        super().__init__("store-damaged", "The agent's store is damaged; it is set aside and the loss is declared.")


def connect(path: Path) -> sqlite3.Connection:
    """The file, for several threads; nothing of it is read or written yet. Raises SQLite's errors, as `prepare` does."""
    path.touch(mode=0o600)
    return sqlite3.connect(path, timeout=WAIT_S, autocommit=True, check_same_thread=False)


def prepare(database: sqlite3.Connection) -> None:
    """Set it to keep what it is given, and make its tables if there are none."""
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA secure_delete = ON")
    database.executescript(_SCHEMA)


@contextmanager
def converted() -> Iterator[None]:
    """SQLite's errors as ours: what is damaged is moved aside, and a disk that is merely full never is."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        damaged = code in {
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_NOTADB,
            sqlite3.SQLITE_CONSTRAINT,
            sqlite3.SQLITE_ERROR,
        }
        raise (StoreDamaged if damaged else StoreUnavailable) from None
