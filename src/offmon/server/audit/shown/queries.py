"""Entries of a case for a file that proves them, and their places under one checkpoint. Inside the open scope."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, partial

from django.db import connection

from offmon.core.bundle.layout import Record, open_record
from offmon.core.formats import codec
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.ids import Digest, Id
from offmon.core.log.audit import SIGNER, AuditEntry, Verb, fields_of
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.merkle import leaf_hash
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proving import prove_inclusion
from offmon.core.log.tlog.tiles import WIDTH, Tile, TiledLog
from offmon.server.audit.files import file_of
from offmon.server.audit.models import Entry, Sequenced
from offmon.server.audit.queries import MAX_DOC

_OF_STAFF = ("actor", "session", "request", "reason", "recipient")


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as the person is shown it, and its row's id. Who of staff acted, and their words, are withheld."""

    id: Id
    record: Record


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands, and the path from there to the root of a checkpoint."""

    number: int
    previous: Digest
    index: int
    path: tuple[Digest, ...]


def entries_of(case: Id, verb: Verb) -> list[tuple[AuditEntry, ShownEntry]]:
    """The entries of a case of that verb, oldest first; the caller's query writes the consultation."""
    rows = Entry.objects.filter(case=case, verb=verb).order_by("at", "id")
    return [(codec.load(AuditEntry, row.doc, max_size=MAX_DOC), shown(row)) for row in rows]


def shown(row: Entry) -> ShownEntry:
    """An entry as the person is shown it."""
    entry = codec.load(AuditEntry, row.doc, max_size=MAX_DOC)
    closed = () if entry.actor.id == SIGNER else _OF_STAFF
    withheld = dict.fromkeys(closed, WithholdingGround.NOT_RELEVANT)
    return ShownEntry(row.id, open_record(AuditEntry.KIND, row.salt, fields_of(entry), withheld))


def places_in(agency: Id, note: SignedNote, entries: Collection[Id]) -> dict[Id, Place]:
    """The places of these entries under a checkpoint; without those that it does not hold yet."""
    size = Checkpoint.parse(note.text).size
    rows = Sequenced.objects.filter(agency=agency, entry_id__in=list(entries), index__lt=size)
    subtree = cache(TiledLog(partial(_file_of, agency), size).subtree)
    return {
        Id(entry): Place(
            number,
            Digest(bytes(previous).hex()),
            index,
            tuple(Digest(step.hex()) for step in prove_inclusion(index, size, subtree)),
        )
        for entry, number, previous, index in rows.values_list("entry_id", "number", "previous", "index")
    }


def _file_of(agency: Id, path: str) -> bytes | None:
    """A file of the log. Also the hashes of records of cases that are not open to the reader: a proof needs them."""
    wanted = Tile.parse(path)
    if wanted.level != 0:
        return file_of(agency, path)
    with connection.cursor() as cursor:
        cursor.execute("select audit_records_at(%s, %s)", [wanted.index * WIDTH, wanted.width])
        records = [bytes(record) for (record,) in cursor.fetchall()]
    return b"".join(map(leaf_hash, records)) if len(records) == wanted.width else None
