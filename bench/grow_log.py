"""A log of millions of entries, as far as a proof needs one: every place, every stored hash, and a signed and a cosigned checkpoint.

An agency's entries themselves are left out, and so is the reference to them. All else is as `audit.sequence` stores it, in the same tables
with the same indexes. Records are hashes of their own numbers, so that no two are the same. PostgreSQL makes the rows; the hashes over 256
records each are made here, by as many processes as there are cores.

Entries that are to be read again with a log cannot be added behind it: the sequencer goes on from an entry that is not there.
"""

import os
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import batched
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from offmon.core.formats.keys import Algorithm, SigningKey
from offmon.core.ids import Id
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.cosignature import cosign
from offmon.core.log.tlog.proving import sign_checkpoint
from offmon.core.log.tlog.tiles import WIDTH
from offmon.server.audit.files import log_under
from offmon.server.base.actor import Service, service
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from tests.database import Database
from tests.server import as_process
from tests.support.fake_device import now

RUNS: Final = 5000
CHUNK: Final = 1 << 20  # entries; whole tiles
MANY: Final = 2_000_000  # from here on indexes are put away, and made anew over all
NODES: Final = b"copy audit_node (id, agency, level, index, hash) from stdin with (format binary)"
# By a superuser whom no trigger stops: neither does the reference to an entry.
PLACES: Final = """
insert into audit_sequenced (entry_id, agency, index, run, number, previous, record)
select gen_random_uuid(), %(agency)s, n, md5((n %% {runs})::text)::uuid, n / {runs},
       case when n < {runs} then decode(repeat('00', 32), 'hex') else sha256(int8send(n - {runs})) end, sha256(int8send(n))
from generate_series(%(first)s::bigint, %(last)s::bigint - 1) n
"""
KEYS: Final = """
select conname, pg_get_constraintdef(oid) from pg_constraint
where conrelid = 'audit_sequenced'::regclass and contype in ('p', 'u') order by contype, conname
"""


@dataclass
class GrownLog:
    """One agency's log, that grows to each size that it is asked for. `database` has the product's schema."""

    database: Database
    agency: Id = field(default_factory=new_id)
    size: int = 0
    key: SigningKey = field(default_factory=lambda: SigningKey.from_seed("log.invalid/grown", bytes(32)))
    witness: SigningKey = field(
        default_factory=lambda: SigningKey.from_seed("witness.invalid/one", bytes(32), Algorithm.COSIGNATURE)
    )
    levels: list[list[bytes]] = field(
        default_factory=list
    )  # the last hashes of each level that have none over them yet

    def grow(self, size: int) -> None:
        """Grow to so many entries, with a checkpoint that a witness cosigned."""
        whole = size // WIDTH
        with psycopg.connect(self.as_superuser, autocommit=True) as superuser:
            superuser.execute("set session_replication_role = replica")
            superuser.execute("set maintenance_work_mem = '1GB'")
            self._place(superuser, size)
            with superuser.cursor() as cursor, cursor.copy(NODES) as copy:
                copy.set_types(["uuid", "uuid", "int8", "int8", "bytea"])
                for level, index, value in self._nodes(self.size // WIDTH, whole):
                    copy.write_row((UUID(new_id()), UUID(self.agency), level, index, value))
            superuser.execute("vacuum analyze audit_sequenced, audit_node")
            self.before, self.size = self.size, size
            self._sign(superuser)

    @property
    def as_superuser(self) -> str:
        """The address of who may do all this."""
        return make_conninfo(self.database.server.superuser_url, dbname=self.database.name)

    def entries(self, count: int) -> list[Id]:
        """The ids of so many of the entries by which it grew last: the newest checkpoint is the first that holds them."""
        chosen = random.Random(self.size).sample(range(self.before, self.size), count)  # noqa: S311 - no secret
        with psycopg.connect(self.as_superuser) as superuser:
            found = superuser.execute(
                "select entry_id from audit_sequenced where agency = %s and index = any (%s)",
                [UUID(self.agency), chosen],
            )
            return [Id(entry.hex) for (entry,) in found]

    def _place(self, superuser: "psycopg.Connection[Any]", size: int) -> None:
        keys = superuser.execute(KEYS).fetchall() if size - self.size >= MANY else []
        table, change = sql.Identifier("audit_sequenced"), sql.SQL("alter table {} {}")
        for name, _ in keys:
            superuser.execute(change.format(table, sql.SQL("drop constraint {} cascade").format(sql.Identifier(name))))
        for first in range(self.size, size, CHUNK):
            told = {"agency": UUID(self.agency), "first": first, "last": min(first + CHUNK, size)}
            superuser.execute(PLACES.format(runs=RUNS).encode(), told)
        for name, said in keys:
            added = sql.SQL("add constraint {} {}").format(sql.Identifier(name), sql.SQL(said))
            superuser.execute(change.format(table, added))

    def _nodes(self, first: int, last: int) -> Iterator[tuple[int, int, bytes]]:
        """Level, index and hash over each full tile; those of the leaves' tiles `[first, last)` come from several processes."""
        for root in _roots(first, last):
            yield from self._carried(0, root)

    def _carried(self, level: int, value: bytes) -> Iterator[tuple[int, int, bytes]]:
        """A full tile's hash, one level up; and where that fills a tile there, its hash too."""
        if level == len(self.levels):
            self.levels.append([])
        held = self.levels[level]
        held.append(value)
        yield level + 1, len(held) - 1, value
        if len(held) % WIDTH == 0:
            yield from self._carried(level + 1, _root(held[-WIDTH:]))

    def _sign(self, superuser: "psycopg.Connection[Any]") -> None:
        with as_process(self.database, Process.WORKER), scope(service(Service.WORKER, self.agency)):
            root = log_under(self.agency, [(0, self.size)], self.size).frontier().root
        note = sign_checkpoint(Checkpoint(self.key.public.name, self.size, root), self.key)
        at = now()
        for one, cosigned_at in ((note, None), (note.adding([cosign(note, self.witness, at)]), at)):
            superuser.execute(
                "insert into audit_checkpoint (id, agency, size, note, cosigned_at) values (gen_random_uuid(), %s, %s, %s, %s)",
                [UUID(self.agency), self.size, one.data, cosigned_at],
            )


def record(n: int) -> bytes:
    """The record of entry `n`, as PostgreSQL made it too."""
    return sha256(n.to_bytes(8)).digest()


def _roots(first: int, last: int) -> Iterator[bytes]:
    """The hash over each 256 records, tile by tile."""
    parts = [(at, min(at + CHUNK // WIDTH, last)) for at in range(first, last, CHUNK // WIDTH)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(_roots_of, parts):
            yield from found


def _roots_of(part: tuple[int, int]) -> list[bytes]:
    return [
        _root([sha256(b"\0" + record(n)).digest() for n in range(tile * WIDTH, (tile + 1) * WIDTH)])
        for tile in range(*part)
    ]


def _root(hashes: Sequence[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [sha256(b"\1" + left + right).digest() for left, right in batched(hashes, 2)]
    return hashes[0]
