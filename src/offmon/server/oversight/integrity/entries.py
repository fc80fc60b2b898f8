"""Reads the log on, place by place, and remembers which entry named a row last, and what it commits to.

Rules
- Entries count in the order of their places, as for a court (`core.log.provenance`). One that has no place yet makes a row wait: its row is
  looked at again. It waits only while it can still get a place: what stands before the last placed entry gets none (ADR 4).
- What this process says itself names no row.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db import connection

from offmon.core.errors import OffmonError
from offmon.core.formats import codec
from offmon.core.ids import Id
from offmon.core.log import provenance
from offmon.core.log.agreement import Named
from offmon.core.log.audit import AuditEntry
from offmon.server.audit.queries import MAX_DOC
from offmon.server.oversight.integrity.memory import Memory, RowKey
from offmon.server.oversight.integrity.tables import BATCHES, LEAVES, table_of

_PLACED = """
select place.index, entry.doc
from audit_sequenced place join audit_entry entry on entry.id = place.entry_id
where place.agency = %s and place.index >= %s
order by place.index
limit %s
"""
_WAITING = """
select entry.touched
from audit_entry entry
where entry.agency = %(agency)s and cardinality(entry.touched) > 0 and (entry.xid, entry.nth) > (
    select last.xid, last.nth from audit_sequenced place join audit_entry last on last.id = place.entry_id
    where place.agency = %(agency)s and place.index < %(place)s
    order by place.index desc limit 1)
"""
_ALL_WAIT = "select touched from audit_entry where agency = %(agency)s and cardinality(touched) > 0"


def read_on(memory: Memory, agency: Id, most: int) -> bool:
    """Read up to `most` entries on. Whether there may be more. Inside the scope that is open, and the memory's turn."""
    progress = memory.progress(agency)
    with connection.cursor() as cursor:
        cursor.execute(_PLACED, [UUID(agency), progress.place, most])
        found = cursor.fetchall()
    for index, doc in found:
        try:
            entry = codec.load(AuditEntry, bytes(doc), max_size=MAX_DOC)
        except OffmonError:  # it was rewritten: the check of the log finds that, and here it names nothing
            continue
        memory.put_off(agency, _remember(memory, agency, index, entry))
    if found:
        memory.go_on(agency, replace(progress, place=found[-1][0] + 1))
    return len(found) == most


def waiting(agency: Id, place: int) -> set[RowKey]:
    """The rows that an entry names which is not read yet, since it has no place before `place`."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING if place else _ALL_WAIT, {"agency": UUID(agency), "place": place})
        return {_row_of(one) for (touched,) in cursor.fetchall() for one in touched}


def _remember(memory: Memory, agency: Id, index: int, entry: AuditEntry) -> Iterable[RowKey]:
    """Remember what an entry names. The rows that are to be looked at for it: of a batch, its leaves together."""
    found = []
    for touched in entry.touched:
        due = table_of(touched.table)
        if due is None:
            continue
        row = RowKey(LEAVES if due == BATCHES else due, touched.id)
        before = memory.named(agency, row)
        is_there = before is not None and before.commit is not None
        counts = due != BATCHES and provenance.commits_to(entry, touched.table, is_there=is_there)
        memory.name(agency, row, entry.case, Named(index, touched.commit if counts else None))
        found.append(RowKey(due, touched.id))
    return found


def _row_of(touched: str) -> RowKey:
    table, _, one = touched.partition(":")
    return RowKey(table, Id(one.replace("-", "")))
