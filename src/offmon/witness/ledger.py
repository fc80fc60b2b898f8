"""What the witness has cosigned: one row a log, in SQLite, on the disk before any answer.

Rules
- One transaction reads the last size and writes the next. It holds the write lock from its start (BEGIN IMMEDIATE). Of two updates at once,
  one wins and the other sees its result.
- Write-ahead log with synchronous=FULL: a commit that returned survives a crash and a loss of power.
- A connection is opened for each use: requests come on several threads, and a connection belongs to one.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.core.log.tlog.merkle import EMPTY_ROOT

_BUSY_SECONDS = 5.0
_NEVER = Ms(0)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS cosigned (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    at INTEGER NOT NULL,  -- milliseconds UTC, as the cosignature states it
    note BLOB NOT NULL    -- the checkpoint with the log's signatures and ours
) STRICT, WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class LastCosigned:
    """The last checkpoint of a log that was cosigned; at the beginning, the empty tree."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    at: Ms = _NEVER
    note: bytes | None = None


class Ledger:
    """The table of what was cosigned, in one file. Raises Refused where the file cannot be had, sqlite3.Error where the lock cannot."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.touch(mode=0o600)
        except OSError as error:
            raise Refused("no-state-file", f"{path} cannot be written: {error.strerror}.") from None
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_SCHEMA)

    def last(self, origin: str) -> LastCosigned:
        """What was last cosigned of a log."""
        with self._open() as connection:
            return _last(connection, origin)

    @contextmanager
    def updating(self, origin: str) -> Iterator["LedgerUpdate"]:
        """Holds the write lock. The update is durable when the block has ended; an error inside it leaves all as it was."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield LedgerUpdate(connection, origin)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS, autocommit=True)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            yield connection


class LedgerUpdate:
    """One log's row while the write lock is held."""

    def __init__(self, connection: sqlite3.Connection, origin: str) -> None:
        self._connection = connection
        self._origin = origin

    @property
    def last(self) -> LastCosigned:
        """What was last cosigned."""
        return _last(self._connection, self._origin)

    def record(self, seen: LastCosigned) -> None:
        """Take the place of what was last cosigned."""
        self._connection.execute(
            "INSERT INTO cosigned (origin, size, root, at, note) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, at = excluded.at, note = excluded.note",
            (self._origin, seen.size, seen.root, seen.at, seen.note),
        )


def _last(connection: sqlite3.Connection, origin: str) -> LastCosigned:
    row = connection.execute("SELECT size, root, at, note FROM cosigned WHERE origin = ?", (origin,)).fetchone()
    return LastCosigned(row[0], row[1], Ms(row[2]), row[3]) if row else LastCosigned()
