"""An extract of an agency's log: the entries that a search found, each with its proof (docs/specs/log-extract.md; DPA 2018 s.62).

Rules
- It carries the agency's keys and one cosigned checkpoint. A path leads from each entry to that checkpoint's root.
- Entries stand in the order of the log, each once. Each is one that the stated search finds.
- It proves what it holds. Entries may be left out, unless those in it follow one another without a gap.
- Nobody signs its search, purpose and time. The entry of the taking holds the file's digest, so a later extract can show both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.errors import Malformed, NotAuthentic, OffmonError
from offmon.core.formats import codec
from offmon.core.ids import Count, Digest, Id, Ms, Slug
from offmon.core.log.audit import AuditEntry, Operation, Verb, commit_of, record_of
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.merkle import check_inclusion, leaf_hash
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.witnessing import WitnessedCheckpoint

MOST: Final = 5_000
MAX_BYTES: Final = 64 << 20
LEFT_OUT: Final = "Other entries of the log are not in this file. Some that the search finds may have been left out."
LIMITS: Final = (
    "Nobody signs the search, the purpose and the time. The log's own entry “log.taken” holds the digest of the file as it was taken.",
    "What the search would find after that checkpoint is not here.",
    "It does not show how soon after its own time an entry came into the log; a bundle does.",
)


@dataclass(frozen=True, slots=True)
class LogSearch:
    """What was looked for; None: any. `until` is the first instant that is no longer in it."""

    case: Id | None = None
    staff: Id | None = None
    verb: Verb | None = None
    operation: Operation | None = None
    since: Ms | None = None
    until: Ms | None = None

    @property
    def said(self) -> str:
        """As an entry gives it: ids, words of the log, and days."""
        given = {
            "case": self.case,
            "staff": self.staff,
            "what": self.verb or self.operation,
            "from": None if self.since is None else clock.local_day(self.since).isoformat(),
            "until": None if self.until is None else clock.local_day(Ms(self.until - 1)).isoformat(),
        }
        return "; ".join(f"{name} {value}" for name, value in given.items() if value is not None) or "all"

    def finds(self, entry: AuditEntry) -> bool:
        """Whether an entry is like that."""
        does = self.operation in {None, entry.operation} or (
            self.operation is Operation.CONSULTATION and entry.verb.is_look
        )
        wanted = ((self.case, entry.case), (self.staff, entry.actor.id), (self.verb, entry.verb))
        within = (self.since or 0) <= entry.at and (self.until is None or entry.at < self.until)
        return does and within and all(asked in {None, held} for asked, held in wanted)


@dataclass(frozen=True, slots=True)
class ExtractEntry:
    """An entry, whole: what opens its commitment, its place in its run and in the log, and the path from there to the root."""

    entry: AuditEntry
    salt: bytes
    number: Count
    previous: Digest
    index: Count
    path: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class LogExtract:
    """`taken_at`: when; `purpose`: for which of those of s.62(4); `keys`: Keys statements from 1; `checkpoint`: the note, cosigned."""

    TYPE: ClassVar[str] = "offmon/log-extract@1"

    agency: Id
    search: LogSearch
    purpose: Slug
    taken_at: Ms
    keys: tuple[bytes, ...]
    checkpoint: str
    entries: tuple[ExtractEntry, ...]

    @property
    def note(self) -> SignedNote:
        """The checkpoint as it was signed."""
        return SignedNote.parse(self.checkpoint.encode())


def read(data: bytes) -> LogExtract:
    """The file. Raises Malformed."""
    extract = codec.load(LogExtract, data, max_size=MAX_BYTES)
    Checkpoint.parse(extract.note.text)
    if not 0 < len(extract.entries) <= MOST:
        raise Malformed("bad-extract", f"An extract holds between one and {MOST} entries; take it again.")
    return extract


def said(extract: LogExtract) -> list[str]:
    """What an extract says of itself, in words."""
    log, at = Checkpoint.parse(extract.note.text), clock.utc_text(extract.taken_at)
    return [
        f"Extract of the log {log.origin}: entries {len(extract.entries)}, taken {at}, purpose {extract.purpose}.",
        f"Searched for: {extract.search.said}. Up to the checkpoint of {log.size} entries.",
    ]


def outside(extract: LogExtract) -> Iterator[int]:
    """The entries, counted from 1, that the stated search of this agency's log does not find."""
    for nth, line in enumerate(extract.entries, 1):
        if line.entry.agency != extract.agency or not extract.search.finds(line.entry):
            yield nth


def faults(extract: LogExtract, seen: WitnessedCheckpoint) -> list[tuple[int, OffmonError]]:
    """Why entries, counted from 1, are not shown to be in the log of that checkpoint: each unchanged, in its order, and once."""
    found, indexes, runs, before = list[tuple[int, OffmonError]](), set[int](), dict[Id, tuple[int, bytes]](), -1
    for nth, line in enumerate(extract.entries, 1):
        run = line.entry.case or extract.agency
        try:
            record = record_of(run, line.number, bytes.fromhex(line.previous), commit_of(line.entry, line.salt))
            if line.index in indexes:
                raise NotAuthentic("entry-twice", "An entry is in the file twice.")
            if line.index < before:
                raise NotAuthentic("wrong-order", "The entries are not in the order of the log; they were moved.")
            check_in(line, record, seen)
            if run in runs and not _follows(line, *runs[run]):
                raise NotAuthentic("run-forked", "An entry does not follow the one before it in its run: two are kept.")
            runs[run] = line.number, record
        except OffmonError as error:
            found.append((nth, error))
        indexes.add(line.index)
        before = max(before, line.index)
    return found


def without_gap(extract: LogExtract) -> str | None:
    """Between which places none is left out, in words; None where some may be. Ask it of an extract without faults."""
    runs = {line.entry.case or extract.agency for line in extract.entries}
    for of, places in (
        ("the log", [line.index for line in extract.entries]),
        ("one run", [line.number for line in extract.entries] if len(runs) == 1 else []),
    ):
        if len(places) > 1 and places == list(range(places[0], places[0] + len(places))):
            return (
                f"They are numbers {places[0]} to {places[-1]} of {of}, without a gap: none between them is left out."
            )
    return None


def check_in(line: ExtractEntry, record: bytes, seen: WitnessedCheckpoint) -> None:
    """Raises NotAuthentic unless an entry, whose record that is, stands at its place in the log of that checkpoint."""
    path, log = [bytes.fromhex(step) for step in line.path], seen.checkpoint
    try:
        check_inclusion(leaf_hash(record), line.index, log.size, path, log.root)
    except OffmonError:
        words = "No proof leads from an entry to the log: it was altered, moved or made up."
        raise NotAuthentic("not-in-log", words) from None
    if line.entry.operation is not line.entry.verb.operation:
        raise NotAuthentic("wrong-operation", "An audit entry calls its act another operation than its verb is.")
    if line.entry.at > seen.at + clock.MINUTE_MS:
        raise NotAuthentic("witnessed-early", "An entry was witnessed before the time that it gives itself.")


def _follows(line: ExtractEntry, number: int, record: bytes) -> bool:
    """Whether an entry of a run can come after another: with a higher number and, if they are neighbours, by its hash."""
    return line.number > number + 1 or (line.number == number + 1 and bytes.fromhex(line.previous) == record)
