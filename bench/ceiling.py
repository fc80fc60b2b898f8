"""What the database alone allows: intake's own rows, written again by one statement a batch into tables without guards."""

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

from offmon.server.base.policies import MIGRATE
from tests.database import Database

# With every index and constraint of the real ones; without policies, triggers and what they look up.
MAKE: Final = """
create table ceiling_batch (like intake_batch including all);
create table ceiling_leaf (like intake_leaf including all);
create table ceiling_journal (like intake_journal including all);
create table ceiling_liveness (like intake_liveness including all);
"""
# As ours, with parameters in binary (`%b`): a peer that wrote its arrays as text would be slower, and flatter us.
WRITE: Final = """
with batch as (
    insert into ceiling_batch (id, agency, salt, "case", device, epoch, first, size, root, checkpoint, received_at)
    values (%(id)b, %(agency)b, %(salt)b, %(case)b, %(device)b, %(epoch)b, %(first)b, %(size)b, %(root)b, %(checkpoint)b, %(received_at)b)
), head as (
    insert into ceiling_journal (id, agency, salt, "case", device, epoch, number, size, peaks, checkpoint)
    values (gen_random_uuid(), %(agency)b, %(salt)b, %(case)b, %(device)b, %(epoch)b, 0, %(size)b, %(peaks)b, %(signed)b)
    on conflict (device, epoch) do update set size = excluded.size, peaks = excluded.peaks, checkpoint = excluded.checkpoint
), alive as (
    insert into ceiling_liveness (id, agency, device, heard_at, epoch, size)
    values (gen_random_uuid(), %(agency)b, %(device)b, %(received_at)b, %(epoch)b, %(size)b)
    on conflict (device) do update set heard_at = excluded.heard_at, epoch = excluded.epoch, size = excluded.size
)
insert into ceiling_leaf (id, agency, "case", batch, device, epoch, n, kind, salt, "commit", ciphertext_digest, held, why, document,
                          ciphertext, event_at, deployment, capability, list_name, rule, gravity)
select gen_random_uuid(), %(agency)b, %(case)b, %(id)b, %(device)b, %(epoch)b, leaf.* from unnest(
    %(l0)b::bigint[], %(l1)b::text[], %(l2)b::bytea[], %(l3)b::bytea[], %(l4)b::bytea[], %(l5)b::text[], %(l6)b::text[], %(l7)b::bytea[],
    %(l8)b::bytea[], %(l9)b::bigint[], %(l10)b::uuid[], %(l11)b::text[], %(l12)b::text[], %(l13)b::text[], %(l14)b::text[]) leaf
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
