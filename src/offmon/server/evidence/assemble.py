"""Builds a bundle: everything of the case accounted for, and the opened bodies shown (formats §8, §9; docs/specs/bundle.md).

Rules
- It shows a body only if the vault logged beforehand that it opens it, and a witness cosigned that entry.
- The run ends at its last witnessed number, and every record must match that run. A row changed since waits for the witness if a later
  entry that writes records names it (`agreeing`). A consultation makes nothing wait.
- A changed row without such an entry was tampered with: no bundle is made, and that is said first. All is read as of one moment.
- A leaf is never left out: shown (opened for this export), withheld (not chosen, or unfit), refused, erased, or lost.
- Unfit means that the device sent what does not open, or more than its grant allows (`reveal.UnfitBody`). A holder can do that at will, so
  it stops no bundle. A row that the device did not commit to stops it.
- An audit entry's session and request are withheld: they concern our machines, and tell a court nothing.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.core.alerts.opening import opens
from offmon.core.authority.lists import ListDocument, version_of
from offmon.core.authority.may_leave import event_time
from offmon.core.authority.profile import Profile
from offmon.core.bundle import case as reading
from offmon.core.bundle import layout, opened, write
from offmon.core.bundle.case import Case, Key
from offmon.core.bundle.layout import BundleKind, CaseRun, EpochRow, Index, Item, LeafAccount, Limit, Record, RunEntry
from offmon.core.bundle.read import Bag
from offmon.core.clock import Period
from offmon.core.errors import Malformed, Refused
from offmon.core.formats import codec, dsse, envelope
from offmon.core.formats.commitment import Unfit, WithholdingGround
from offmon.core.formats.event import Body, DeviceNote, DisclosureLeaf, Envelope, Gap, GapLeaf, NoteLeaf
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Digest, Id, Origin, Slug, VKey
from offmon.core.log import audit, records
from offmon.core.log.audit import LEAF, Touched, Verb
from offmon.core.log.provenance import erases
from offmon.core.log.quarantine import NO_AUTHORITY, QuarantineDecision, QuarantineRecord
from offmon.core.log.records import BatchRecord, ExportRecord, LeafPlace
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.moves import EXPORT, check_move
from offmon.core.states import ExportState
from offmon.server.agencies import queries as agencies
from offmon.server.audit import queries as log
from offmon.server.audit.queries import Recorded
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import records_of
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.detectors import queries as detectors
from offmon.server.evidence import queries, report
from offmon.server.evidence.actions import KEY_DESTROYED
from offmon.server.evidence.agreeing import Later, changed, check_agrees, not_witnessed
from offmon.server.evidence.reveal import UnfitBody, check_journal, open_row, open_sealed
from offmon.server.intake import queries as intake
from offmon.server.intake.quarantine.queries import locks_of
from offmon.server.intake.queries import EnclosedLeaf, JournalView, KeptLeaf

MAX_TAIL = 10_000  # lines from when a bundle is built to its release
MAX_LINE = 4_096  # bytes of one, with its entry
MAX_PROOF = 2_560  # bytes of its proof, with a dozen cosignatures, and of the line about it in the list of files
MAX_BESIDE = 2_000  # files beside the proofs: what a bag has, and what leads on from the checkpoint of each notice

type OpeningKey = Callable[[Id], X25519PrivateKey]  # by deployment or exhibit; raises Refused where it is gone


@dataclass(frozen=True, slots=True)
class Built:
    """A payload by path, the last number of the run that it holds, and the leaves that it withholds as unfit: the vault says so of each."""

    payload: Mapping[str, bytes]
    last: int
    unfit: Mapping[Unfit, Sequence[Touched]]


def to_open(export: Id, has_key: Callable[[Id], bool], *, actor: Actor) -> list[KeptLeaf]:
    """The bodies that the export's asker chose, and that can be opened: what the vault first says in the log (`do_open_for_export`)."""
    with scope(actor):
        case, asked = queries.export_of(export)
        chosen, sealed = queries.to_be_opened(asked, actor=actor), queries.sealed(case)
        locks = locks_of(case)
        return [
            row
            for journal in intake.journals(case=case, actor=actor)
            for row in intake.leaves_of(journal, actor=actor)
            if (held := _envelope(row))
            and opens(asked, LeafPlace(journal.device, journal.epoch, row.n), event_time(held.claim), *chosen)
            and (row.id in sealed or has_key(held.deployment))
            and not locks.holds(row.id, held.claim)
        ]


def assemble(export: Id, opening_key: OpeningKey, brought: TrustFile, *, actor: Actor) -> Built:
    """The payload of an export that was opened.

    Raises Refused (`not-witnessed-yet`: the log is behind, ask again; `opened-too-little`: bodies came since, open again; `too-many-files`
    and `too-large`: no bundle holds it) and NotAuthentic (`rows-changed`, and those of `opening`) where what is held is not what was
    recorded or sent.
    """
    with scope(actor, snapshot=True):
        case, asked = queries.export_of(export)
        check_move(EXPORT, asked.state, ExportState.BUILT)
        run = witnessed_run(case, actor=actor)
        if not run:
            raise not_witnessed()
        assembly = _Assembly(case, asked, run, opening_key, brought, actor)
        payload = assembly.files()
        _check_room(payload, len(run))  # before it is read: what no bundle holds need not go through memory twice
        read = _read_back(case, payload, assembly.last)
        assembly.check_nothing_waits(check_agrees(read, assembly.later))
        payload[layout.REPORT] = report.render(read, agencies.agency(actor.agency))
        _check_room(payload, len(run))
        return Built(payload, assembly.last, assembly.unfit)


def check_tail(export: Id, *, actor: Actor) -> None:
    """Raises Refused (`built-too-long-ago`) where more happened since an export was built than its bundle was given room for."""
    with scope(actor):
        case, _ = queries.export_of(export)
        since = len(log.run_of(actor, case)) - 1 - queries.kept_last(export)
    if since >= MAX_TAIL:
        raise Refused("built-too-long-ago", "Too many records came after this bundle was built. Request a new one.")


def _check_room(payload: Mapping[str, bytes], lines: int) -> None:
    """Raises Refused (`too-many-files`, `too-large`) unless a bundle holds the payload, and what is put beside it for so many lines of the
    run and a tail: later would be after the log has said that it was exported.
    """
    beside = lines + MAX_TAIL
    size = sum(map(len, payload.values())) + MAX_LINE * MAX_TAIL + MAX_PROOF * beside
    try:
        write.check_room(len(payload) + beside + MAX_BESIDE, size)
    except Malformed as error:
        raise Refused(error.code, error.message) from None


def witnessed_run(case: Id, *, actor: Actor) -> list[Recorded]:
    """The case's run up to its last number that a witness has seen."""
    newest = log.latest_cosigned(actor)
    size = 0 if newest is None else Checkpoint.parse(newest.text).size
    return [line for line in log.run_of(actor, case) if line.index < size]


def line_of(line: Recorded) -> RunEntry:
    """A line of the run as a bundle shows it."""
    commit = audit.commit_of(line.entry, line.salt)
    withheld = {"session": WithholdingGround.RESTRICTED, "request": WithholdingGround.RESTRICTED}
    shown = layout.open_record(audit.AuditEntry.KIND, line.salt, audit.fields_of(line.entry), withheld)
    return RunEntry(line.number, line.index, commit, shown, None)


@dataclass
class _Assembly:
    """One payload, while it is put together inside a scope."""

    case: Id
    asked: records.ExportRecord
    run: list[Recorded]
    opening_key: OpeningKey
    brought: TrustFile
    actor: Actor
    waits: bool = False  # something of it has not been witnessed yet
    opened_too_little: bool = False
    withheld_gone: bool = False

    def __post_init__(self) -> None:
        self.last = len(self.run) - 1
        self.period = Period(self.asked.opened_since, self.asked.opened_until)
        self.opened = self._opened()
        self.chosen = queries.to_be_opened(self.asked, actor=self.actor)
        self.named = {one.leaf: one.ground for one in self.asked.withheld}
        self.sealed = queries.sealed(self.case)
        self.locks = locks_of(self.case)
        found = {(record.kind, row): record for row, record in records_of(self.case)}
        self.later = Later(log.written_since(self.actor, self.case, self.last), found)
        self.records = self._named(found)
        batches = (record for (kind, _), record in self.records.items() if kind == BatchRecord.KIND)
        self.batches = defaultdict[tuple[Id, Id], list[BatchRecord]](list)  # by epoch, in the order of their leaves
        for batch in sorted((opened.read(BatchRecord, record).it for record in batches), key=lambda one: one.first):
            self.batches[batch.device, batch.epoch].append(batch)
        self.quarantined, self.purged = self._locked()
        self.profiles = deployments.documents_of(self.case)
        self.issued = dict[Digest, Profile]()
        self.unfit = defaultdict[Unfit, list[Touched]](list)
        self.erasures = self._touching_batches(erases)
        self.receptions = self._touching_batches(lambda entry: entry.verb is Verb.BATCH_RECEIVED)

    def files(self) -> dict[str, bytes]:
        """Everything under `data/` but the report."""
        files = {layout.INDEX: codec.dump(self._index())}
        files[layout.RUN] = codec.dump(CaseRun(self.case, 0, tuple(map(line_of, self.run))))
        for version, statement in enumerate(agencies.keys_of(self.actor.agency), 1):
            files[layout.keys_path(version)] = statement
        for profile, document in self.profiles:
            files[layout.profile_path(profile.device, profile.version)] = document
        files |= self._lists()
        for (kind, row), record in self.records.items():
            files[layout.record_path(kind, row)] = codec.dump(record)
        for journal in intake.journals(case=self.case, actor=self.actor):
            files |= self._journal(journal)
        return files

    def check_nothing_waits(self, differs: bool) -> None:
        """Raises Refused: the last question, so that nothing hides behind it. `differs`: what is held is ahead of the run."""
        if self.waits or differs:
            raise not_witnessed()
        if self.opened_too_little:
            raise Refused(
                "opened-too-little", "Disclosures came after the export was opened. Open it again, then build."
            )
        if self.withheld_gone:
            raise Refused("withheld-gone", "A disclosure to be withheld was erased meanwhile. Request a new bundle.")

    def _index(self) -> Index:
        agency = agencies.agency(self.actor.agency)
        return Index(
            kind=BundleKind.COURT,
            agency=agency.id,
            case=self.case,
            origin=Origin(agency.origin),
            root=VKey(agency.root),
            export=self.asked.id,
            made_at=clock.now(),
            opened=self.period,
            last=self.last,
            limits=tuple(Limit),
        )

    def _opened(self) -> set[tuple[Id, Digest]]:
        """The leaves that the vault's own entries say were opened for this export, by id and commitment."""
        said = (line for line in self.run if line.by == self.actor.id)
        mine = [line for line in said if (ExportRecord.KIND, self.asked.id) in _named(line)]
        self.waits |= not any(line.entry.verb is Verb.EXPORT_OPENED for line in mine)
        bodies = (line for line in mine if line.entry.verb is Verb.EXPORT_BODY_OPENED)
        return {(item.id, item.commit) for line in bodies for item in line.entry.touched if item.table == LEAF}

    def _named(self, found: Mapping[Key, Record]) -> dict[Key, Record]:
        """Each record that the run names. What was made since is in no run of this bundle, so it is not in it either."""
        named = {key for line in self.run for key in _named(line)}
        return {key: record for key, record in found.items() if key in named}

    def _lists(self) -> dict[str, bytes]:
        """The signed declarations that the profiles' grants name: what was looked for is enclosed, and is not here."""
        wanted = {ref.digest for profile, _ in self.profiles for grant in profile.grants for ref in grant.lists}
        files = dict[str, bytes]()
        for document in detectors.documents():
            if dsse.digest_of(document) in wanted:
                declared = dsse.peek(ListDocument, document)
                files[layout.list_path(declared.id, version_of(declared.name))] = document
        return files

    def _touching_batches(self, wanted: Callable[[audit.AuditEntry], bool]) -> dict[Id, list[tuple[int, str | None]]]:
        """By batch: the numbers of the wanted entries that touched it, and the reason of each."""
        found: dict[Id, list[tuple[int, str | None]]] = {}
        for line in self.run:
            if wanted(line.entry):
                for kind, row in _named(line):
                    if kind == BatchRecord.KIND:
                        found.setdefault(row, []).append((line.number, line.entry.reason))
        return found

    def _locked(self) -> tuple[set[LeafPlace], dict[LeafPlace, int]]:
        """What the run says is locked for want of authority; and, of what was erased of it, by which entry."""
        locked = {row: one for (kind, row), one in self.records.items() if kind == QuarantineRecord.KIND}
        leaves = {row: opened.read(QuarantineRecord, one).it.leaves for row, one in locked.items()}
        purged = {
            leaf: line.number
            for line in self.run
            if line.entry.verb is Verb.QUARANTINE_PURGED and erases(line.entry)
            for kind, row in _named(line)
            if kind == QuarantineDecision.KIND
            for leaf in leaves.get(opened.read(QuarantineDecision, self.records[kind, row]).it.quarantine, ())
        }
        return {leaf for places in leaves.values() for leaf in places}, purged

    def _journal(self, journal: JournalView) -> dict[str, bytes]:
        """One epoch: every row accounted for, and the items that are shown."""
        rows = intake.leaves_of(journal, actor=self.actor, enclosed=True)
        given = [dsse.digest_of(signed) for profile, signed in self.profiles if profile.device == journal.device]
        if given:
            check_journal(journal, rows, self._issued(journal.device, given[0]))
        files, accounted = dict[str, bytes](), list[EpochRow]()
        for row in self._of_the_run(journal, rows):
            account, why, entry = self._account(journal, row)
            if account is LeafAccount.SHOWN and row.kind == DisclosureLeaf.KIND:
                try:
                    item = self._item(row)
                except UnfitBody as unfit:
                    account, why = LeafAccount.WITHHELD, unfit.ground.value
                    self.unfit[unfit.ground].append(Touched(LEAF, row.id, row.commit))
                else:
                    files[layout.item_path(journal.device, journal.epoch, row.n)] = codec.dump(item)
            self.withheld_gone |= self._is_gone(LeafPlace(journal.device, journal.epoch, row.n), account, why)
            accounted.append(
                EpochRow(row.n, Slug(row.kind), row.commit, row.ciphertext_digest, account, why, entry, _told(row))
            )
        whole = layout.EpochJournal(journal.device, journal.epoch, tuple(accounted), journal.checkpoint)
        files[layout.journal_path(journal.device, journal.epoch)] = codec.dump(whole)
        return files

    def _of_the_run(self, journal: JournalView, rows: list[KeptLeaf]) -> list[KeptLeaf]:
        """The rows that batches of the run brought. Those that came since wait. Raises NotAuthentic where no batch brought them."""
        epoch = journal.device, journal.epoch
        received = max((batch.size for batch in self.batches.get(epoch, [])), default=0)
        if len(rows) > received:
            if len(rows) != self.later.size(epoch):
                raise changed()
            self.waits = True
        return rows[:received]

    def _account(self, journal: JournalView, row: KeptLeaf) -> tuple[LeafAccount, str | None, int | None]:
        """What became of a leaf, in one word; why; and by which entry."""
        if row.kind != DisclosureLeaf.KIND:
            return LeafAccount.SHOWN, None, None
        if row.held == "refused":
            return LeafAccount.REFUSED, row.why, None
        if row.held == "lost":
            receptions = self.receptions.get(self._batch(journal, row.n))
            if not receptions:
                raise changed()
            return LeafAccount.LOST, row.why, receptions[0][0]  # the first: a batch is received once
        held, place = _envelope(row), LeafPlace(journal.device, journal.epoch, row.n)
        if held is None and row.why == NO_AUTHORITY and (number := self.purged.get(place)) is not None:
            return LeafAccount.ERASED, row.why, number
        rule = KEY_DESTROYED if held else row.why
        erasures = [] if row.id in self.sealed else self.erasures.get(self._batch(journal, row.n), [])
        for number, reason in erasures:  # whatever was opened before
            if reason == rule:
                return LeafAccount.ERASED, rule, number
        if held is not None and self.locks.holds(row.id, held.claim):  # whatever was opened before
            self.waits |= place not in self.quarantined
            return LeafAccount.WITHHELD, self.named.get(place, NO_AUTHORITY), None
        if (row.id, row.commit) in self.opened:
            return LeafAccount.SHOWN, None, None
        if held is None:
            if not self.later.erased(self._batch(journal, row.n), rule):
                raise changed()
            self.waits = True
            return LeafAccount.ERASED, rule, None
        self.opened_too_little |= opens(self.asked, place, event_time(held.claim), *self.chosen)
        return LeafAccount.WITHHELD, self.named.get(place, WithholdingGround.NOT_RELEVANT).value, None

    def _is_gone(self, place: LeafPlace, account: LeafAccount, why: str | None) -> bool:
        """Whether a disclosure that is withheld by name is accounted for in another way."""
        return place in self.named and (account, why) != (LeafAccount.WITHHELD, self.named[place].value)

    def _batch(self, journal: JournalView, n: int) -> Id:
        brought = self.batches.get((journal.device, journal.epoch), [])
        at = bisect_right(brought, n, key=lambda batch: batch.first) - 1
        if at >= 0 and n < brought[at].size:
            return brought[at].id
        raise changed()

    def _issued(self, device: Id, named: Digest) -> Profile:
        """A profile, held to the vault's own roots; each is asked about once. Raises NotAuthentic or Refused."""
        if named not in self.issued:
            self.issued[named] = deployments.issued_profile(device, named, self.brought, actor=self.actor)
        return self.issued[named]

    def _item(self, row: KeptLeaf) -> Item:
        held = _envelope(row)
        if held is None or row.ciphertext is None:
            raise changed()
        leaf = EnclosedLeaf(row.id, self.case, held, row.salt, row.ciphertext)
        profile = self._issued(held.device, held.profile)
        if row.id in self.sealed:  # kept by itself, whatever became of the deployment's key
            exhibit, ciphertext = self.sealed[row.id]
            enclosed = open_sealed(exhibit, ciphertext, leaf, profile, self.opening_key(exhibit))
        else:
            enclosed = open_row(leaf, row, profile, self.opening_key(held.deployment))
        body = layout.open_record(Body.TYPE, enclosed.salt, envelope.body_fields(enclosed.body), {})
        return Item(held, row.salt, body)


def _named(line: Recorded) -> set[tuple[str, Id]]:
    return {(item.table, item.id) for item in line.entry.touched}


def _envelope(row: KeptLeaf) -> Envelope | None:
    """The envelope of a disclosure that is held."""
    if row.kind != DisclosureLeaf.KIND or row.document is None:
        return None
    return codec.load(Envelope, row.document, max_size=intake.MAX_DOCUMENT)


def _told(row: KeptLeaf) -> GapLeaf | NoteLeaf | None:
    """A gap or note as the device told it."""
    if row.kind == DisclosureLeaf.KIND or row.document is None:
        return None
    if row.kind == GapLeaf.KIND:
        return GapLeaf(codec.load(Gap, row.document, max_size=intake.MAX_DOCUMENT), row.salt)
    return NoteLeaf(codec.load(DeviceNote, row.document, max_size=intake.MAX_DOCUMENT), row.salt)


def _read_back(case: Id, payload: Mapping[str, bytes], last: int) -> Case:
    """The payload as a reader of the bundle will have it, before there is anything after it."""
    tail = codec.dump(CaseRun(case, last + 1, ()))
    return reading.load(Bag({**payload, layout.REPORT: b""}, {layout.TAIL: tail, layout.MANIFEST: b""}))
