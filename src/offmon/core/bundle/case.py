"""A bundle's files as the records that they hold, before anything in them is checked.

Rules
- Every file has a place in the layout. A file without one refuses the bundle, because nothing would check it.
- A document names its own type and id, and they must agree with its path.
- Reading is not checking: the checks judge what each record is worth.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from offmon.core.access.roles import Permission, may
from offmon.core.alerts import exhibit
from offmon.core.authority.lists import ListDocument, version_of
from offmon.core.bundle import layout, opened
from offmon.core.bundle.layout import CaseRun, EpochJournal, Index, Item, Record, RunEntry
from offmon.core.bundle.opened import Opened
from offmon.core.bundle.read import Bag
from offmon.core.errors import Malformed, NotAuthentic, OffmonError
from offmon.core.formats import codec, dsse
from offmon.core.ids import Digest, Id, Ms, Slug
from offmon.core.log import provenance
from offmon.core.log.attribution import MOVES, leads_by
from offmon.core.log.audit import LEAF, AuditEntry, EntryOutcome, Touched, Verb
from offmon.core.log.kinds import InBundle
from offmon.core.log.quarantine import LateChoice, QuarantineDecision, QuarantineRecord
from offmon.core.log.records import BatchRecord, DecisionRecord, LeafPlace

MAX_DOCUMENT = 64 << 20
MAX_LONG = 768 << 20  # what grows with the case: its run, what follows it, and each journal
NO_PLACE = "The bundle holds a file that has no place in it, so that nothing vouches for it."

type Key = tuple[str, Id]  # a record, by kind and id

_ID = r"([0-9a-f]{32})"
_NUMBER = r"(0|[1-9][0-9]{0,15})"
_PLACES = {
    "keys": re.compile(rf"data/keys/{_NUMBER}\.json"),
    "list": re.compile(rf"data/lists/{_ID}-{_NUMBER}\.json"),
    "profile": re.compile(rf"data/profiles/{_ID}/{_NUMBER}\.json"),
    "journal": re.compile(rf"data/journal/{_ID}/{_ID}\.json"),
    "item": re.compile(rf"data/items/{_ID}/{_ID}/{_NUMBER}\.json"),
    "record": re.compile(rf"data/records/([a-z][a-z0-9_.-]{{0,63}})/{_ID}\.json"),
    "proof": re.compile(rf"proofs/{_NUMBER}\.tlog-proof"),
    "earlier": re.compile(rf"since/{_NUMBER}\.checkpoint"),
    "since": re.compile(rf"since/{_NUMBER}\.proof"),
}
_FIXED = {layout.INDEX, layout.REPORT, layout.RUN, layout.TAIL}
_BAG_FILES = {layout.DECLARATION, layout.INFO, layout.MANIFEST, layout.TAG_MANIFEST}
ACCOUNTED = frozenset(record.KIND for record in provenance.RECORDS if record.RECORD.bundle is InBundle.ACCOUNTED)
"""What the run names of these, the bundle holds."""


@dataclass(slots=True)
class Files:
    """The documents, sorted by what they are."""

    keys: dict[int, bytes] = field(default_factory=dict)
    lists: dict[Digest, bytes] = field(default_factory=dict)
    profiles: dict[Id, dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))
    journals: dict[tuple[Id, Id], EpochJournal] = field(default_factory=dict)
    items: dict[LeafPlace, Item] = field(default_factory=dict)
    records: dict[Key, Record] = field(default_factory=dict)
    proofs: dict[int, bytes] = field(default_factory=dict)
    earlier: dict[int, bytes] = field(default_factory=dict)
    since: dict[int, bytes] = field(default_factory=dict)


@dataclass
class Case:
    """A bundle, read. `run` is the payload's and `tail` goes on to the export."""

    index: Index
    run: CaseRun
    tail: CaseRun
    files: Files
    manifest: bytes

    @cached_property
    def entries(self) -> dict[int, Opened[AuditEntry]]:
        """The audit entries that could be read, by number."""
        return {number: entry for number, entry in self._opened.items() if isinstance(entry, Opened)}

    @cached_property
    def faults(self) -> dict[int, OffmonError]:
        """Why the others could not; an entry that is not shown is in neither."""
        return {number: error for number, error in self._opened.items() if isinstance(error, OffmonError)}

    @cached_property
    def _opened(self) -> dict[int, Opened[AuditEntry] | OffmonError]:
        found: dict[int, Opened[AuditEntry] | OffmonError] = {}
        for line in self.lines():
            if line.entry is not None:
                try:
                    found[line.number] = _open_entry(self.index, line)
                except OffmonError as error:
                    found[line.number] = error
        return found

    def lines(self) -> Iterator[RunEntry]:
        """Every line of run and tail, in the order given."""
        yield from self.run.entries
        yield from self.tail.entries

    @cached_property
    def newest(self) -> dict[Key, tuple[int, Digest]]:
        """For each record that the payload's run wrote: the number of the entry that commits to it, and the commitment.

        By `core.log.provenance`.
        """
        return provenance.newest((number, entry.it) for number, entry in self._of_payload())

    @cached_property
    def named(self) -> frozenset[Key]:
        """Every record that the payload's run names, whatever it did to it."""
        return frozenset((one.table, one.id) for _, entry in self._of_payload() for one in entry.it.touched)

    def _of_payload(self) -> Iterator[tuple[int, Opened[AuditEntry]]]:
        return ((number, entry) for number, entry in sorted(self.entries.items()) if number <= self.index.last)

    @cached_property
    def decided(self) -> Counter[Id | None]:
        """How many decisions of each alert the run says of; one that is said once more is the same."""
        said = (entry.it for entry in self.entries.values() if entry.it.verb is Verb.ALERT_DECIDED)
        return Counter(
            alert for alert, _ in {(one.alert, one.decision) for one in said if one.outcome is EntryOutcome.ALLOWED}
        )

    @cached_property
    def sealed(self) -> frozenset[LeafPlace]:
        """The leaves of which an exhibit was sealed: what is kept of them is kept by itself."""
        return frozenset(one.leaf for one in self.readable(exhibit.ExhibitRecord) if one.sealed_at is not None)

    @cached_property
    def unfit(self) -> frozenset[tuple[Digest, str | None]]:
        """The leaves, by commitment, of which the vault says that it could not show them in this export; and the ground that it gives."""
        said = (entry.it for entry in self.entries.values() if provenance.found_unfit(entry.it, self.index.export))
        return frozenset((one.commit, entry.reason) for entry in said for one in entry.touched if one.table == LEAF)

    @cached_property
    def disclosures(self) -> frozenset[LeafPlace]:
        """Every disclosure that a journal of the bundle has a row of, whatever became of it."""
        rows = ((journal, row) for journal in self.files.journals.values() for row in journal.rows)
        return frozenset(LeafPlace(one.device, one.epoch, row.n) for one, row in rows if row.leaf == "disclosure")

    def acts(self, verb: Verb, key: Key) -> list[tuple[int, AuditEntry]]:
        """The entries, tail included, by which this was allowed and done to a record; oldest first."""
        return [(number, entry) for number, entry in self._touching.get(key, []) if entry.verb is verb]

    @cached_property
    def _touching(self) -> dict[Key, list[tuple[int, AuditEntry]]]:
        found = defaultdict[Key, list[tuple[int, AuditEntry]]](list)
        for number, entry in provenance.spoken((number, entry.it) for number, entry in sorted(self.entries.items())):
            if provenance.is_done(entry):
                for touched in entry.touched:
                    found[touched.table, touched.id].append((number, entry))
        return found

    @cached_property
    def moves(self) -> list[tuple[int, AuditEntry]]:
        """The entries that say which agency leads the case, by number."""
        entries = (
            (number, entry.it) for number, entry in sorted(self.entries.items()) if "actor" not in entry.withheld
        )
        return [one for one in entries if one[1].verb in MOVES and provenance.is_done(one[1])]

    def leads(self, at: Ms) -> tuple[Id, ...]:
        """The agencies that led the case until an instant, in turn."""
        return leads_by([entry for _, entry in self.moves], self.index.agency, at)

    def log_of(self, kind: str, record: Id, before: int | None = None) -> tuple[Touched, list[AuditEntry]]:
        """A record as an entry would name it, and the entries that touched it, with those of who leads the case.

        `before`: those under that number alone. Raises NotAuthentic where it is not there.
        """
        row = Touched(Slug(kind), record, layout.commit_of(self.shown(kind, record)))
        found = sorted([*self._touching.get((kind, record), []), *self.moves], key=lambda one: one[0])
        return row, [entry for number, entry in found if before is None or number < before]

    def shown(self, kind: str, record: Id) -> Record:
        """A record as the bundle shows it. Raises NotAuthentic where it is not there."""
        found = self.files.records.get((kind, record))
        if found is None:
            raise NotAuthentic("record-left-out", f"A record of kind {kind} is named and not in the bundle.")
        return found

    def record[T](self, cls: type[T], record: Id) -> Opened[T]:
        """A record of the bundle, read. Raises NotAuthentic where it is not there, or as `opened.read`."""
        kind: str = cls.KIND  # type: ignore[attr-defined]
        return opened.read(cls, self.shown(kind, record))

    def ids(self, kind: str) -> list[Id]:
        """The ids of the records of a kind, sorted."""
        return sorted(record for known, record in self.files.records if known == kind)

    def readable[T](self, cls: type[T]) -> list[T]:
        """The records of a class that could be read. A fault in another is found where records are checked."""
        kind: str = cls.KIND  # type: ignore[attr-defined]  # every record has one
        found = []
        for record in self.ids(kind):
            with suppress(OffmonError):
                found.append(self.record(cls, record).it)
        return found

    @cached_property
    def decisions(self) -> dict[Id, list[DecisionRecord]]:
        """The decisions of each alert that could be read, oldest first: the last one counts."""
        found: dict[Id, list[DecisionRecord]] = defaultdict(list)
        for decision in sorted(self.readable(DecisionRecord), key=lambda one: (one.decided_at, one.id)):
            found[decision.alert].append(decision)
        return found

    @cached_property
    def quarantined(self) -> frozenset[LeafPlace]:
        """The disclosures that the vault locked, because their time had no authority, and that no two people kept since."""
        decided = self.readable(QuarantineDecision)
        kept = {one.quarantine for one in decided if one.choice is LateChoice.KEEP and one.agreed_by is not None}
        locked = (one for one in self.readable(QuarantineRecord) if one.id not in kept)
        return frozenset(leaf for one in locked for leaf in one.leaves)

    @cached_property
    def purged(self) -> dict[LeafPlace, int]:
        """Those that the vault erased as two people decided, each with the number of the entry in the payload that says so."""
        leaves = {one.id: one.leaves for one in self.readable(QuarantineRecord)}
        return {
            leaf: number
            for one in self.readable(QuarantineDecision)
            if one.agreed_by is not None
            for number, entry in self.acts(Verb.QUARANTINE_PURGED, (QuarantineDecision.KIND, one.id))
            if provenance.erases(entry) and number <= self.index.last
            for leaf in leaves.get(one.quarantine, ())
        }

    @cached_property
    def asked_since(self) -> Ms | None:
        """When the first decision was made whose record says why its maker opened nothing; before, none was asked."""
        named = (
            one.decided_at
            for line in self.decisions.values()
            for one in line
            if any(field.name == "unseen_reason" for field in self.shown(DecisionRecord.KIND, one.id).fields)
        )
        return min(named, default=None)

    @cached_property
    def revealed(self) -> dict[tuple[Id | None, Id], int]:
        """The number of the first entry by which somebody was shown a disclosure, by alert and by who it was. Without what is withheld."""
        found: dict[tuple[Id | None, Id], int] = {}
        for number, entry in sorted(self.entries.items()):
            actor, seen = entry.it.actor, entry.it.verb is Verb.CONTENT_REVEALED and provenance.is_done(entry.it)
            allowed = may(actor.role, Permission.CONTENT_REVEAL, guest=actor.agency != self.leads(entry.it.at)[-1])
            if seen and allowed and "actor" not in entry.withheld:
                found.setdefault((entry.it.alert, actor.id), number)
        return found

    @cached_property
    def batches(self) -> dict[tuple[Id, Id], list[BatchRecord]]:
        """The batches of each epoch that could be read, in the order of their leaves."""
        found: dict[tuple[Id, Id], list[BatchRecord]] = defaultdict(list)
        for batch in self.readable(BatchRecord):
            found[batch.device, batch.epoch].append(batch)
        return {epoch: sorted(batches, key=lambda batch: (batch.first, batch.size)) for epoch, batches in found.items()}

    def batch_of(self, place: LeafPlace) -> BatchRecord:
        """The batch that brought a leaf. Raises NotAuthentic."""
        spans = self._brought.get((place.device, place.epoch), [])
        at = bisect_right(spans, place.n, key=lambda span: span[0]) - 1
        if at < 0 or place.n >= spans[at][1]:
            raise NotAuthentic("no-batch", "No batch that the agency recorded brought this leaf.")
        return spans[at][2]

    @cached_property
    def _brought(self) -> dict[tuple[Id, Id], list[tuple[int, int, BatchRecord]]]:
        """By epoch, in order: from which number up to which a batch is the first that says it brought them."""
        found: dict[tuple[Id, Id], list[tuple[int, int, BatchRecord]]] = defaultdict(list)
        for epoch, batches in self.batches.items():
            covered = 0
            for batch in batches:
                if batch.size > max(batch.first, covered):
                    found[epoch].append((max(batch.first, covered), batch.size, batch))
                    covered = batch.size
        return found

    def received(self, batch: BatchRecord) -> int:
        """The number of the entry by which a batch was received. Raises NotAuthentic."""
        said = self.acts(Verb.BATCH_RECEIVED, (BatchRecord.KIND, batch.id))
        if not said:
            raise NotAuthentic(
                "no-batch", "No entry of the run says that the batch which brought this leaf was received."
            )
        return said[0][0]


def load(bag: Bag) -> Case:
    """The documents of a bag. Raises Malformed."""
    everything = {**bag.payload, **bag.tags}
    for path in (*_FIXED, layout.MANIFEST):
        if path not in everything:
            raise Malformed("file-missing", f"The bundle does not hold {path}, without which it cannot be judged.")
    files = Files()
    for path, data in everything.items():
        if path not in _FIXED | _BAG_FILES:
            _place(files, path, data)
    index = _load(Index, everything[layout.INDEX])
    run, tail = _load_long(CaseRun, everything[layout.RUN]), _load_long(CaseRun, everything[layout.TAIL])
    return Case(index, run, tail, files, everything[layout.MANIFEST])


def _open_entry(index: Index, line: RunEntry) -> Opened[AuditEntry]:
    assert line.entry is not None  # noqa: S101  the caller asked
    entry = opened.read(AuditEntry, line.entry)
    if layout.commit_of(line.entry) != line.commit:
        raise NotAuthentic("entry-edited", "An audit entry is not the one that its line of the run commits to.")
    if (entry.it.agency, entry.it.case) != (index.agency, index.case):
        raise NotAuthentic("entry-of-other-case", "An audit entry is of another case than the bundle.")
    if entry.it.operation is not entry.it.verb.operation:
        raise NotAuthentic("wrong-operation", "An audit entry calls its act another operation than its verb is.")
    return entry


def _place(files: Files, path: str, data: bytes) -> None:
    kind, match = next(
        ((kind, found) for kind, place in _PLACES.items() if (found := place.fullmatch(path))), ("", None)
    )
    if match is None:
        raise Malformed("unknown-file", NO_PLACE)
    match kind:
        case "keys":
            files.keys[int(match[1])] = data
        case "list":
            document = dsse.peek(ListDocument, data)
            _same((document.id, version_of(document.name)), (match[1], int(match[2])))
            files.lists[dsse.digest_of(data)] = data
        case "profile":
            files.profiles[Id(match[1])][int(match[2])] = data
        case "journal":
            journal = files.journals[Id(match[1]), Id(match[2])] = _load_long(EpochJournal, data)
            _same((journal.device, journal.epoch), (match[1], match[2]))
        case "item":
            item = _load(Item, data)
            place = LeafPlace(item.envelope.device, item.envelope.epoch, item.envelope.n)
            _same((place.device, place.epoch, place.n), (match[1], match[2], int(match[3])))
            files.items[place] = item
        case "record":
            record = files.records[match[1], Id(match[2])] = _load(Record, data)
            _same((record.kind,), (match[1],))
        case "earlier":
            files.earlier[int(match[1])] = data
        case "since":
            files.since[int(match[1])] = data
        case _:
            files.proofs[int(match[1])] = data


def _load[T](cls: type[T], data: bytes) -> T:
    return codec.load(cls, data, max_size=MAX_DOCUMENT)


def _load_long[T](cls: type[T], data: bytes) -> T:
    return codec.load(cls, data, max_size=MAX_LONG)


def _same(inside: tuple[object, ...], path: tuple[object, ...]) -> None:
    if inside != path:
        raise Malformed("other-place", "A document of the bundle is of another thing than its path says.")
