"""One agency's rows, looked at again and again: what an entry named, what the database wrote, and all others in turn.

Rules
- A turn is one moment of the database: entries and rows of one snapshot. So nothing that happens meanwhile looks like a mismatch.
- Each turn looks at rows that an entry named since, and at each row that does not agree. Each `SCAN_EVERY_MS` (less often where that takes
  long) it asks the database which rows a transaction wrote since, and counts rows. So it finds one that no entry names, or that is gone.
- Besides, it goes through all rows in the order of their ids, within `WHOLE_MS`. So it finds what the database does not tell.
- A row that an entry names which has no place yet waits.
- The leaves of a batch are followed once, in their order, to the root that the device committed to; then each of them is a row like others.
"""

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from django.db import connection

from offmon.core.clock import MINUTE_MS, SECOND_MS
from offmon.core.formats import journal
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.agreement import Disagreement, Seen, disagreement
from offmon.core.log.tlog.merkle import Frontier, leaf_hash, split
from offmon.server.oversight.integrity import entries, tables
from offmon.server.oversight.integrity.memory import Memory, RowKey
from offmon.server.oversight.integrity.tables import BATCHES, LEAVES, Read, ReadBatch

TURN_MS: Final = 10 * SECOND_MS
SCAN_EVERY_MS: Final = 30 * SECOND_MS
SCAN_SHARE: Final = 20  # a scan takes one part in so many of the time
WHOLE_MS: Final = 30 * MINUTE_MS
ENTRIES: Final = 2_000
ROWS: Final = 2_000
FOLLOWED: Final = 10  # batches, of 500 leaves at most
OLDEST: Final = 1 << 30  # transactions back; what is older the database no longer tells apart


@dataclass(frozen=True, slots=True)
class Looked:
    """A row that was looked at, whose case it is of, and how it disagrees with the log; None where it agrees."""

    row: RowKey
    about: Id | None
    how: Disagreement | None


@dataclass(slots=True)
class Walk:
    """How far an agency's rows were looked at. Use it inside the memory's turn and a scope that is a snapshot."""

    memory: Memory
    agency: Id
    scan_at: Ms = field(default_factory=lambda: Ms(0))
    table: int = 0
    last: Id | None = None
    _waits: set[RowKey] = field(default_factory=set)

    def turn(self, at: Ms, against: Collection[RowKey]) -> tuple[list[Looked], bool]:
        """What one turn looked at, and whether there is more to do at once. `against`: the rows that did not agree before."""
        if entries.read_on(self.memory, self.agency, ENTRIES):
            return [], True
        self._waits = entries.waiting(self.agency, self.memory.progress(self.agency).place)
        gone = self._scan(at) if at >= self.scan_at else []
        due = self.memory.take_due(self.agency, ROWS)
        page = [] if len(due) == ROWS else list(self._page(at))
        wanted = list(dict.fromkeys([*due, *page, *gone, *against]))
        batches = [row for row in wanted if row.table == BATCHES]
        self.memory.put_off(self.agency, batches[FOLLOWED:])
        looked = [one for row in batches[:FOLLOWED] for one in self._followed(row)]
        looked += self._look(row for row in wanted if row.table != BATCHES)
        return looked, len(due) == ROWS or len(batches) > FOLLOWED

    def _scan(self, at: Ms) -> list[RowKey]:
        """Puts off what was written since the last scan, to be looked at next; returns what is gone."""
        began, gone = time.monotonic(), list[RowKey]()
        progress = self.memory.progress(self.agency)
        with connection.cursor() as cursor:
            cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            (xid,) = cursor.fetchone()
        since = progress.xid if progress.xid <= xid else 0  # another cluster, after a restore
        for table in tables.models():
            count, written = tables.written_since(table, max(since, xid - OLDEST))
            known = {one for one in written if self.memory.seen(self.agency, RowKey(table, one)) is not None}
            self.memory.put_off(self.agency, (RowKey(table, one) for one in written))
            if count - (len(written) - len(known)) < self.memory.count(self.agency, table):
                gone += [RowKey(table, one) for one in self.memory.ids(self.agency, table) - tables.ids(table)]
        self.memory.go_on(self.agency, replace(progress, xid=xid))
        self.scan_at = Ms(at + max(SCAN_EVERY_MS, int((time.monotonic() - began) * 1000) * SCAN_SHARE))
        return gone

    def _page(self, at: Ms) -> Iterator[RowKey]:
        """The rows whose turn it is by their ids."""
        names = sorted(tables.models())
        rows = sum(self.memory.count(self.agency, name) for name in names)
        left = max(ROWS // 10, rows * TURN_MS // WHOLE_MS)
        while left > 0:
            found = tables.after(names[self.table], self.last, left)
            yield from (RowKey(names[self.table], one) for one in found)
            left -= len(found)
            if left <= 0:
                self.last = found[-1]
                return
            self.last, self.table = None, self.table + 1
            if self.table == len(names):
                self.table = 0
                self.memory.go_on(self.agency, replace(self.memory.progress(self.agency), whole_at=at))
                return

    def _look(self, wanted: Iterable[RowKey]) -> Iterator[Looked]:
        by_table: dict[str, list[Id]] = {}
        for row in wanted:
            by_table.setdefault(row.table, []).append(row.id)
        for table, ids in by_table.items():
            stand = tables.digests(table, ids)
            as_seen = {one for one, is_so in stand.items() if self._is_as_seen(RowKey(table, one), *is_so)}
            found = tables.rows(table, [one for one in ids if one not in as_seen])
            for one in ids:
                row = RowKey(table, one)
                yield from [Looked(row, None, None)] if one in as_seen else self._judged(row, found.get(one))

    def _is_as_seen(self, row: RowKey, named_by: Id, digest: Digest) -> bool:
        """Whether a row is, to the byte, what agreed before, and no entry has named it since: then it agrees still."""
        named, seen = self.memory.named(self.agency, RowKey(row.table, named_by)), self.memory.seen(self.agency, row)
        return named is not None and seen == Seen(digest, named.place)

    def _judged(self, row: RowKey, read: Read | None, *, with_its_batch: bool = False) -> Iterator[Looked]:
        named_by = row if read is None else read.named_by
        named, seen = self.memory.named(self.agency, named_by), self.memory.seen(self.agency, row)
        if row.table == LEAVES and read is not None and seen is None and not with_its_batch:
            if self.memory.is_due(self.agency, RowKey(BATCHES, named_by.id)):
                return
            named = None  # its batch names the leaves that were followed, and no other
        if named_by in self._waits:
            self.memory.put_off(self.agency, [row])
            return
        how = disagreement(named, None if read is None else read.stored, seen)
        about = read.about if read is not None and named is None else self.memory.about(self.agency, named_by)
        if how is None and read is not None and named is not None:
            self.memory.keep(self.agency, row, about, Seen(read.stored.digest, named.place))
        yield Looked(row, about, how)

    def _followed(self, row: RowKey) -> Iterator[Looked]:
        """The leaves of a batch, each by itself; and whether they lead on from those before to the root of their batch."""
        found = tables.batch(row.id)
        if RowKey(LEAVES, row.id) in self._waits or (found is not None and self._waits_for_another(found)):
            self.memory.put_off(self.agency, [row])
            return
        leaves = tables.rows_of_batch(row.id)
        for one in leaves:
            yield from self._judged(RowKey(LEAVES, one.id), one, with_its_batch=True)
        if found is None:
            return  # its own row is looked at, and is gone
        size, peaks = self.memory.journal(self.agency, found.device, found.epoch)
        hashes = [leaf_hash(journal.leaf_data_of(*leaf)) for leaf in tables.hashes(found)]
        is_whole = len(hashes) == len(leaves) == found.size - found.first
        before = Frontier(size, split(peaks))
        if size == found.first and is_whole:
            tree = before.extend(hashes)
            is_whole = Digest(tree.root.hex()) == found.root
            if is_whole:
                self.memory.keep_journal(self.agency, found.device, found.epoch, tree.size, b"".join(tree.peaks))
        yield Looked(row, found.about, None if is_whole else Disagreement.JOURNAL)

    def _waits_for_another(self, batch: ReadBatch) -> bool:
        """Whether the batch before is still to be followed. One that is not there, or does not lead on, is not waited for."""
        size, _ = self.memory.journal(self.agency, batch.device, batch.epoch)
        before = tables.batch_from(batch.device, batch.epoch, size) if size < batch.first else None
        return before is not None and self.memory.is_due(self.agency, RowKey(BATCHES, before))
