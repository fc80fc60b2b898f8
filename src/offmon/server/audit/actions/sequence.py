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

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import batched
from uuid import UUID

from django.db import connection
from django.db.models import Max

from offmon.core.errors import NotAuthentic, Refused
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.ids import Digest, Id, Origin
from offmon.core.log import audit
from offmon.core.log.tlog import tiles
from offmon.core.log.tlog.checkpoint import Checkpoint as Tree
from offmon.core.log.tlog.checkpoint import check_checkpoint
from offmon.core.log.tlog.cosignature import check_cosigned
from offmon.core.log.tlog.merkle import HASH_BYTES, root_of
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proving import sign_checkpoint
from offmon.server.audit.models import Checkpoint, Node, Sequenced
from offmon.server.audit.queries import tiled
from offmon.server.base.actor import Actor
from offmon.server.base.locks import hold_log
from offmon.server.base.scope import action

BATCH = 2_000

# Whatever stands before the last placed entry was placed before it, since all of it was to be seen then. So the search starts there,
# and does not grow with the log.
_LAST = """
select last.xid::text, last.nth, last.xid >= pg_snapshot_xmin(pg_current_snapshot())
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
_START = ("0", 0, False)


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
    entry: Id
    run: Id
    commit: Digest


@action
def do_sequence(log: SequencedLog, *, actor: Actor, limit: int = BATCH) -> int:
    """Place up to `limit` waiting entries and sign the log. Returns how many were placed; 0 leaves all as it is.

    Raises Refused `log-of-another-cluster`.
    """
    _check_agency(log.agency, actor)
    hold_log(log.agency)
    waiting = _waiting(log.agency, limit)
    if not waiting:
        return 0
    last = Sequenced.objects.filter(agency=log.agency).aggregate(last=Max("index"))["last"]
    size = 0 if last is None else last + 1
    rows = list(_placed(log.agency, size, waiting))
    old = tiled(log.agency, size)
    nodes = list(_completed(log.agency, old, [row.record for row in rows]))
    Sequenced.objects.bulk_create(rows)
    Node.objects.bulk_create(nodes)
    size += len(rows)
    root = tiled(log.agency, size).frontier().root
    note = sign_checkpoint(Tree(log.origin, size, root), log.key, *log.also)
    Checkpoint(agency=log.agency, size=size, note=note.data).save(force_insert=True)
    return len(rows)


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


def _waiting(agency: Id, limit: int) -> list[_Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [UUID(agency)])
        xid, nth, is_ahead = cursor.fetchone() or _START
        if is_ahead:  # a cluster's transaction numbers only rise, so these were given by another
            message = (
                "This database was restored into another cluster by a dump. Follow docs/adr/0004 before anything else."
            )
            raise Refused("log-of-another-cluster", message)
        cursor.execute(_WAITING, [UUID(agency), xid, nth, limit])
        return [
            _Waiting(Id(entry.hex), agency if case is None else Id(case.hex), Digest(bytes(commit).hex()))
            for entry, case, commit in cursor.fetchall()
        ]


def _placed(agency: Id, size: int, waiting: list[_Waiting]) -> Iterator[Sequenced]:
    """The rows that carry each run on from its last number, and the log from `size`."""
    runs = {item.run for item in waiting}
    last = Sequenced.objects.filter(agency=agency, run__in=runs).order_by("run", "-number").distinct("run")
    heads = {row.run: (row.number + 1, row.record) for row in last}
    for index, item in enumerate(waiting, size):
        number, previous = heads.get(item.run, (0, audit.FIRST))
        record = audit.record_of(item.run, number, previous, item.commit)
        heads[item.run] = (number + 1, record)
        yield Sequenced(
            entry_id=item.entry,
            agency=agency,
            index=index,
            run=item.run,
            number=number,
            previous=previous,
            record=record,
        )


def _completed(agency: Id, log: tiles.TiledLog, records: list[bytes]) -> Iterator[Node]:
    """A node for each tile of hashes that these records fill."""
    for tile, data in tiles.append(log, records):
        if tile.level is not None and tile.width == tiles.WIDTH:
            hashes = [bytes(value) for value in batched(data, HASH_BYTES)]
            yield Node(agency=agency, level=tile.level + 1, index=tile.index, hash=root_of(hashes))
