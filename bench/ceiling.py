"""What the database alone allows: rows that intake wrote, written again by one statement a batch into tables without guards."""

import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from queue import Queue
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row, tuple_row

from offmon.server.processes.roles import MIGRATE
from tests.database import Database

# With every index and constraint of the real ones; without policies, triggers and what they look up.
MAKE: Final = """
create table ceiling_batch (like intake_batch including all);
create table ceiling_leaf (like intake_leaf including all);
create table ceiling_journal (like intake_journal including all);
create table ceiling_liveness (like intake_liveness including all);
"""
WRITE: Final = """
with batch as (
    insert into ceiling_batch (id, agency, salt, "case", device, epoch, first, size, root, checkpoint, received_at)
    values (%(id)s, %(agency)s, %(salt)s, %(case)s, %(device)s, %(epoch)s, %(first)s, %(size)s, %(root)s, %(checkpoint)s, %(received_at)s)
), head as (
    insert into ceiling_journal (id, agency, salt, "case", device, epoch, number, size, peaks, checkpoint)
    values (gen_random_uuid(), %(agency)s, %(salt)s, %(case)s, %(device)s, %(epoch)s, 0, %(size)s, %(peaks)s, %(signed)s)
    on conflict (device, epoch) do update set size = excluded.size, peaks = excluded.peaks, checkpoint = excluded.checkpoint
), alive as (
    insert into ceiling_liveness (id, agency, device, heard_at, epoch, size)
    values (gen_random_uuid(), %(agency)s, %(device)s, %(received_at)s, %(epoch)s, %(size)s)
    on conflict (device) do update set heard_at = excluded.heard_at, epoch = excluded.epoch, size = excluded.size
)
insert into ceiling_leaf (id, agency, "case", batch, device, epoch, n, kind, salt, "commit", ciphertext_digest, held, why, document,
                          ciphertext, event_at, deployment, capability, list_name, rule, gravity)
select gen_random_uuid(), %(agency)s, %(case)s, %(id)s, %(device)s, %(epoch)s, leaf.* from unnest(
    %(l0)s::bigint[], %(l1)s::text[], %(l2)s::bytea[], %(l3)s::bytea[], %(l4)s::bytea[], %(l5)s::text[], %(l6)s::text[], %(l7)s::bytea[],
    %(l8)s::bytea[], %(l9)s::bigint[], %(l10)s::uuid[], %(l11)s::text[], %(l12)s::text[], %(l13)s::text[], %(l14)s::text[]) leaf
"""
NOT_YET: Final = """
select batch.*, journal.peaks, journal.checkpoint as signed from intake_batch batch join intake_journal journal using (device, epoch)
where not exists (select from ceiling_batch written where written.id = batch.id) order by batch.device, batch.first
"""
LEAVES: Final = """
select n, kind, salt, "commit", ciphertext_digest, held, why, document, ciphertext, event_at, deployment, capability, list_name, rule,
       gravity
from intake_leaf where batch = %s order by n
"""


def make_tables(database: Database) -> None:
    """The tables without guards."""
    with database.connect_as_owner() as owner:
        owner.execute(MAKE)


def write_again(database: Database, clients: int) -> float:
    """Write what intake wrote since the last time, a device's batches in order, so many devices at once; batches a second."""
    devices = _unwritten(database)
    with ThreadPoolExecutor(clients) as pool, ExitStack() as opened:
        connections = Queue[psycopg.Connection[Any]]()
        for _ in range(clients):
            connections.put(opened.enter_context(closing(psycopg.connect(database.url(MIGRATE), autocommit=True))))

        def write(batches: Sequence[dict[str, Any]]) -> None:
            connection = connections.get()
            for batch in batches:
                connection.execute(WRITE, batch)
            connections.put(connection)

        began = time.perf_counter()
        list(pool.map(write, devices))
        return sum(map(len, devices)) / (time.perf_counter() - began)


def _unwritten(database: Database) -> list[list[dict[str, Any]]]:
    """The statement's parameters, device by device; read past every policy, as only a benchmark may."""
    with psycopg.connect(
        make_conninfo(database.server.superuser_url, dbname=database.name), row_factory=dict_row
    ) as all_seeing:
        devices: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
        for batch in all_seeing.execute(NOT_YET).fetchall():
            leaves = all_seeing.cursor(row_factory=tuple_row).execute(LEAVES, [batch["id"]]).fetchall()
            columns = {f"l{i}": list(column) for i, column in enumerate(zip(*leaves, strict=True))}
            devices[batch["device"]].append(batch | columns)
        return list(devices.values())
