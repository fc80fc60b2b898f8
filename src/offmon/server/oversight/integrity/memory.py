"""What the integrity process remembers, in SQLite, in its own folder. Whoever owns the database can alter a table there, and not this.

Rules
- It holds ids, places, digests and hashes: nothing that says anything of anyone.
- A lost file costs a walk from the beginning. Columns that no entry commits to count from then as they stand then.
- All of one turn is one transaction. A turn that ends half-way is done again.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.agreement import Named, Seen

_TABLES: Final = """
create table if not exists agency (id text primary key, place integer not null, xid integer not null, whole_at integer);
create table if not exists named (agency text, tbl text, id text, about text, place integer not null, "commit" text,
    primary key (agency, tbl, id)) without rowid;
create table if not exists seen (agency text, tbl text, id text, about text, digest text not null, place integer not null,
    primary key (agency, tbl, id)) without rowid;
create table if not exists due (nth integer primary key autoincrement, agency text, tbl text, id text, unique (agency, tbl, id));
create table if not exists journal (agency text, device text, epoch text, size integer not null, peaks blob not null,
    primary key (agency, device, epoch)) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an agency was read: the place of the next entry, from which transaction on rows are new, when all was last walked through."""

    place: int = 0
    xid: int = 0
    whole_at: Ms | None = None


@dataclass(frozen=True, slots=True)
class RowKey:
    """A row, by its table and id; of a table whose entries name a batch, also a batch by its id."""

    table: str
    id: Id


class Memory:
    """The file. Use it from one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """All that the block remembers is kept, or nothing of it."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def progress(self, agency: Id) -> Progress:
        """How far that agency was read."""
        row = self._db.execute("select place, xid, whole_at from agency where id = ?", [agency]).fetchone()
        return Progress() if row is None else Progress(*row)

    def go_on(self, agency: Id, to: Progress) -> None:
        """That it was read so far."""
        self._db.execute(
            "insert or replace into agency (id, place, xid, whole_at) values (?, ?, ?, ?)",
            [agency, to.place, to.xid, to.whole_at],
        )

    def name(self, agency: Id, row: RowKey, about: Id | None, named: Named) -> None:
        """That an entry named a row. One that commits to nothing leaves what an earlier one committed to."""
        self._db.execute(
            'insert into named (agency, tbl, id, about, place, "commit") values (?, ?, ?, ?, ?, ?)'
            ' on conflict do update set place = excluded.place, "commit" = coalesce(excluded."commit", "commit")',
            [agency, row.table, row.id, about, named.place, named.commit],
        )

    def named(self, agency: Id, row: RowKey) -> Named | None:
        """What the log said of a row last."""
        found = self._db.execute(
            'select place, "commit" from named where (agency, tbl, id) = (?, ?, ?)', _key(agency, row)
        )
        one = found.fetchone()
        return None if one is None else Named(one[0], one[1])

    def about(self, agency: Id, row: RowKey) -> Id | None:
        """The case in whose log a row was named, or whose case it was of when it last agreed."""
        for asked in (
            "select about from named where (agency, tbl, id) = (?, ?, ?)",
            "select about from seen where (agency, tbl, id) = (?, ?, ?)",
        ):
            if (one := self._db.execute(asked, _key(agency, row)).fetchone()) is not None:
                return None if one[0] is None else Id(one[0])
        return None

    def keep(self, agency: Id, row: RowKey, about: Id | None, seen: Seen) -> None:
        """How a row stands that agrees."""
        self._db.execute(
            "insert or replace into seen (agency, tbl, id, about, digest, place) values (?, ?, ?, ?, ?, ?)",
            [*_key(agency, row), about, seen.digest, seen.place],
        )

    def seen(self, agency: Id, row: RowKey) -> Seen | None:
        """How it stood when it last agreed."""
        found = self._db.execute(
            "select digest, place from seen where (agency, tbl, id) = (?, ?, ?)", _key(agency, row)
        )
        one = found.fetchone()
        return None if one is None else Seen(Digest(one[0]), one[1])

    def ids(self, agency: Id, table: str) -> set[Id]:
        """Every row of a table that agreed once."""
        found = self._db.execute("select id from seen where agency = ? and tbl = ?", [agency, table])
        return {Id(one) for (one,) in found}

    def count(self, agency: Id, table: str) -> int:
        """How many those are."""
        found = self._db.execute("select count(*) from seen where agency = ? and tbl = ?", [agency, table])
        return int(found.fetchone()[0])

    def put_off(self, agency: Id, rows: Iterable[RowKey]) -> None:
        """Rows that are to be looked at; one that is known to be stays in its place."""
        self._db.executemany(
            "insert or ignore into due (agency, tbl, id) values (?, ?, ?)", [_key(agency, row) for row in rows]
        )

    def is_due(self, agency: Id, row: RowKey) -> bool:
        """Whether it is one of those."""
        found = self._db.execute("select 1 from due where (agency, tbl, id) = (?, ?, ?)", _key(agency, row))
        return found.fetchone() is not None

    def take_due(self, agency: Id, most: int) -> list[RowKey]:
        """The first of those, which are no longer waiting then."""
        first = "select nth, tbl, id from due where agency = ? order by nth limit ?"
        found = self._db.execute(first, [agency, most]).fetchall()
        if found:
            self._db.execute("delete from due where agency = ? and nth <= ?", [agency, found[-1][0]])
        return [RowKey(table, Id(one)) for _, table, one in found]

    def journal(self, agency: Id, device: Id, epoch: Id) -> tuple[int, bytes]:
        """The tree of an epoch as far as its leaves were followed: its size, and its peaks (32 bytes each)."""
        found = self._db.execute(
            "select size, peaks from journal where (agency, device, epoch) = (?, ?, ?)", [agency, device, epoch]
        )
        size, peaks = found.fetchone() or (0, b"")
        return int(size), bytes(peaks)

    def keep_journal(self, agency: Id, device: Id, epoch: Id, size: int, peaks: bytes) -> None:
        """That its leaves were followed so far."""
        self._db.execute(
            "insert or replace into journal (agency, device, epoch, size, peaks) values (?, ?, ?, ?, ?)",
            [agency, device, epoch, size, peaks],
        )


def _key(agency: Id, row: RowKey) -> list[str]:
    return [agency, row.table, row.id]
