"""Whether the records held of a case agree with the log, and whether a difference is only waiting for the witness.

Rules
- Only an entry that writes records can explain a difference, in the record, epoch or batch that it names. A consultation explains none.
- An explained difference waits for the witness. An unexplained one means tampering, whatever else waits.
"""

from collections.abc import Iterable, Mapping

from offmon.core.bundle import layout, opened
from offmon.core.bundle.case import ACCOUNTED, Case, Key
from offmon.core.bundle.layout import Record
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.ids import Id
from offmon.core.log import audit, provenance
from offmon.core.log.records import BatchRecord

type Epoch = tuple[Id, Id]  # of which device


def not_witnessed() -> Refused:
    """The log is behind; whoever asked asks again."""
    return Refused("not-witnessed-yet", "The witness has not cosigned the log entry yet. Try again in a moment.")


def changed() -> NotAuthentic:
    """What is held was changed, and the log knows nothing of it."""
    return NotAuthentic(
        "rows-changed", "What is held of this case is not what the log says was written. Nothing was exported."
    )


class Later:
    """What the entries after the witnessed run say was written."""

    def __init__(self, entries: Iterable[audit.AuditEntry], found: Mapping[Key, Record]) -> None:
        """`found`: every record that is held, of the run or not."""
        named = [(entry, one) for entry in entries for one in entry.touched]
        self._written = {
            ((one.table, one.id), one.commit) for entry, one in named if provenance.writes(entry, one.table)
        }
        self._erased = {(one.id, entry.reason) for entry, one in named if provenance.erases(entry)}
        self._sizes: dict[Epoch, int] = {}  # of each epoch to which a batch came, with that batch
        for key, record in found.items():
            if key[0] == BatchRecord.KIND and self.wrote(key, record):
                batch = opened.read(BatchRecord, record).it
                epoch = batch.device, batch.epoch
                self._sizes[epoch] = max(batch.size, self.size(epoch))

    def wrote(self, key: Key, record: Record) -> bool:
        """Whether a record is as one of them left it."""
        return (key, layout.commit_of(record)) in self._written

    def size(self, epoch: Epoch) -> int:
        """How many leaves an epoch has with the batches that came to it; 0 where none came."""
        return self._sizes.get(epoch, 0)

    def erased(self, batch: Id, rule: str | None) -> bool:
        """Whether leaves of a batch were erased by that rule."""
        return (batch, rule) in self._erased


def check_agrees(read: Case, later: Later) -> bool:
    """Whether something that was read waits: later entries wrote it. Raises NotAuthentic (`rows-changed`).

    Else each record is that of the run, all of them are there, and the batches that the run names cover each epoch.
    """
    shown = read.files.records
    differing = {
        key
        for key, record in shown.items()
        if key not in read.newest or read.newest[key][1] != layout.commit_of(record)
    }
    gone = {key for key in read.named if key[0] in ACCOUNTED} - set(shown)
    received = {epoch: batches[-1].size for epoch, batches in read.batches.items()}
    rows = {epoch: len(journal.rows) for epoch, journal in read.files.journals.items()}
    held = {
        epoch: count for epoch, count in rows.items() if count or not later.size(epoch)
    }  # one of which all came since
    if gone or received != held or not all(later.wrote(key, shown[key]) for key in differing):
        raise changed()
    return bool(differing)
