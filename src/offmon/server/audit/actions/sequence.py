"""Gives entries their places, and signs the log up to there (formats §7; design §5 "Log").

Rules
- One worker an agency at a time, under a lock (`base/locks.py`) that ends with the transaction.
- It takes only entries of transactions below `pg_snapshot_xmin`, where none still runs. So it never skips a slow transaction's entry.
  Transactions come in their order, and entries in the order of writing.
- Transaction numbers mean nothing in another cluster. After a restore from a dump nothing is placed until they are stamped anew (ADR 4).
- Numbers have no gap within a run, and indexes none within the log. Both count on from the last row, under the lock.
- While one log key takes over from another, each checkpoint carries both signatures, for readers of either (formats §2).
- Places, tree and signed checkpoint commit together. A cosigned checkpoint is a second row, since its signature comes later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db import connection

from offmon.core.errors import NotAuthentic, Refused
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.ids import Digest, Id, Origin
from offmon.core.log import audit
from offmon.core.log.tlog import tiles
from offmon.core.log.tlog.checkpoint import Checkpoint as Tree
from offmon.core.log.tlog.checkpoint import check_checkpoint
from offmon.core.log.tlog.cosignature import check_cosigned
from offmon.core.log.tlog.merkle import split
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proving import sign_checkpoint
from offmon.core.log.tlog.tiles import HEIGHT, WIDTH, TiledLog
from offmon.server.audit.files import files_of
from offmon.server.audit.models import Checkpoint
from offmon.server.base.actor import Actor
from offmon.server.base.locks import hold_log
from offmon.server.base.scope import action
from offmon.server.base.statements import beside, execute

BATCH = 2_000

# Whatever stands before the last placed entry was placed before it, since all of it was to be seen then. So the search starts there,
# and does not grow with the log.
_LAST = """
select last.xid::text, last.nth, last.xid >= pg_snapshot_xmin(pg_current_snapshot()), place.index + 1
from audit_sequenced place join audit_entry last on last.id = place.entry_id
where place.agency = %s
order by place.index desc
limit 1
"""
_WAITING = """
select entry.id, entry."case", entry.commit
from audit_entry entry
where entry.agency = %s
    and (entry.xid, entry.nth) > (%s::xid8, %s)
    and entry.xid < pg_snapshot_xmin(pg_current_snapshot())
order by entry.xid, entry.nth
limit %s
"""
_START: Final = ("0", 0, False, 0)
# Where each run stands: one look into the index for each, however long the run is.
_HEADS = """
select asked.run, last.number + 1, last.record
from unnest(%b::uuid[]) as asked(run)
cross join lateral (
    select place.number, place.record from audit_sequenced place
    where place.agency = %b and place.run = asked.run order by place.number desc limit 1
) last
"""
_PLACE = """
insert into audit_sequenced (entry_id, agency, index, run, number, previous, record)
select one.entry, %(agency)b, %(size)b + one.nth - 1, one.run, one.number, one.previous, one.record
from unnest(%(entries)b::uuid[], %(runs)b::uuid[], %(numbers)b::bigint[], %(previous)b::bytea[], %(records)b::bytea[])
    with ordinality as one(entry, run, number, previous, record, nth)
"""
_COMPLETE = """
insert into audit_node (id, agency, level, index, hash)
select gen_random_uuid(), %b, node.* from unnest(%b::bigint[], %b::bigint[], %b::bytea[]) node
"""


@dataclass(frozen=True, slots=True)
class SequencedLog:
    """An agency's log, as the one process that may sign it holds it. `also`: the keys that overlap with `key` while one takes over."""

    agency: Id
    origin: Origin
    key: SigningKey = field(repr=False)
    also: tuple[SigningKey, ...] = field(default=(), repr=False)

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """What it signs with, for whoever checks a signature of its own."""
        return tuple(key.public for key in (self.key, *self.also))


@dataclass(frozen=True, slots=True)
class _Waiting:
    entry: UUID
    run: UUID
    commit: bytes


@dataclass(frozen=True)
class _Places:
    """The columns of the rows that carry each run on, in the order of the log."""

    entries: list[UUID]
    runs: list[UUID]
    numbers: list[int]
    previous: list[bytes]
    records: list[bytes]


@action
def do_sequence(log: SequencedLog, *, actor: Actor, limit: int = BATCH) -> int:
    """Place up to `limit` waiting entries and sign the log. Returns how many were placed; 0 leaves all as it is.

    Raises Refused `log-of-another-cluster`.
    """
    _check_agency(log.agency, actor)
    hold_log(log.agency)
    size, waiting = _waiting(log.agency, limit)
    if not waiting:
        return 0
    places = _placed(log.agency, waiting)
    files = files_of(log.agency, tiles.last_tiles(size))
    fresh = dict(tiles.append(TiledLog(files.get, size), places.records))
    _write(log.agency, size, places, fresh)
    files |= {tile.path: data for tile, data in fresh.items()}
    size += len(waiting)
    note = sign_checkpoint(Tree(log.origin, size, TiledLog(files.get, size).frontier().root), log.key, *log.also)
    Checkpoint(agency=log.agency, size=size, note=note.data).save(force_insert=True)
    return len(waiting)


@action
def do_keep_cosigned(log: SequencedLog, note: SignedNote, witness: PublicKey, *, actor: Actor) -> None:
    """Keep a checkpoint of the log that came back with that witness's signature.

    Raises NotAuthentic unless both signatures hold and it is a checkpoint that was signed here, to the byte.
    """
    agency = log.agency
    _check_agency(agency, actor)
    tree, _ = check_checkpoint(note, log.origin, log.keys)
    cosigned = check_cosigned(note, [witness])
    if not cosigned:
        raise NotAuthentic("not-cosigned", "The witness's answer holds no signature of the witness.")
    hold_log(agency)
    of_size = Checkpoint.objects.filter(agency=agency, size=tree.size)
    signed = of_size.filter(cosigned_at=None).first()
    if signed is None or SignedNote.parse(signed.note).text != note.text:
        raise NotAuthentic("foreign-checkpoint", "The witness's answer is about a checkpoint that was not signed here.")
    if not of_size.exclude(cosigned_at=None).exists():
        row = Checkpoint(agency=agency, size=tree.size, note=note.data, cosigned_at=cosigned[0].at)
        row.save(force_insert=True)


def _check_agency(agency: Id, actor: Actor) -> None:
    if agency != actor.agency:
        raise Refused("scope-of-another", "An agency's log is written in that agency's scope.")


def _waiting(agency: Id, limit: int) -> tuple[int, list[_Waiting]]:
    """How many entries have a place, and those that are to have the next ones."""
    own = UUID(agency)
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [own])
        xid, nth, is_ahead, size = cursor.fetchone() or _START
        if is_ahead:  # a cluster's transaction numbers only rise, so these were given by another
            message = (
                "This database was restored into another cluster by a dump. Follow docs/adr/0004 before anything else."
            )
            raise Refused("log-of-another-cluster", message)
        cursor.execute(_WAITING, [own, xid, nth, limit])
        return size, [_Waiting(entry, case or own, bytes(commit)) for entry, case, commit in cursor.fetchall()]


def _placed(agency: Id, waiting: Sequence[_Waiting]) -> _Places:
    """Each run carried on from its last number."""
    with beside() as cursor:
        cursor.execute(_HEADS, [list({item.run for item in waiting}), UUID(agency)])
        heads = {run: (number, bytes(record)) for run, number, record in cursor.fetchall()}
    places = _Places([], [], [], [], [])
    for item in waiting:
        number, previous = heads.get(item.run, (0, audit.FIRST))
        record = audit.record_of(Id(item.run.hex), number, previous, Digest(item.commit.hex()))
        heads[item.run] = (number + 1, record)
        places.entries.append(item.entry)
        places.runs.append(item.run)
        places.numbers.append(number)
        places.previous.append(previous)
        places.records.append(record)
    return places


def _write(agency: Id, size: int, places: _Places, fresh: Mapping[tiles.Tile, bytes]) -> None:
    """Write the places behind the first `size`, and the nodes that these files hold beyond those that the log had then."""
    execute(_PLACE, {"agency": UUID(agency), "size": size, **vars(places)})
    nodes = [
        (tile.level, index, value)
        for tile, data in fresh.items()
        if tile.level
        for index, value in enumerate(split(data), tile.index * WIDTH)
        if index >= size >> (HEIGHT * tile.level)
    ]
    if nodes:
        execute(_COMPLETE, [UUID(agency), *map(list, zip(*nodes, strict=True))])
