"""An honest bundle from `core` alone, and the bends by which a test makes it lie.

Rules
- Unbent, everything is true: own keys, an own log with a witness, a device that decides, encloses and signs as an agent does.
- A *bend* changes one thing where it arises. All that follows is then signed and computed as if it were true. So the place of a bend says
  what its attacker holds: one at the device's envelope holds the device's key.
- An attacker who holds only the file changes `Forged.payload` or `tags`, and `Forged.bundle()` makes good manifests around it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from offmon.core.alerts.exhibit import CustodyRecord, ExhibitRecord
from offmon.core.alerts.follow_up import FOLLOWS, latest
from offmon.core.authority import leaving, may_leave, order
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Band, Capability
from offmon.core.authority.lists import ListDocument, declaration
from offmon.core.authority.order import Instrument, Term
from offmon.core.authority.profile import SCHEMA, Controller, Profile, compile_grants, person_texts_of
from offmon.core.bundle import layout, write
from offmon.core.bundle.layout import BundleKind, CaseRun, EpochRow, Index, Item, LeafAccount, Limit, RunEntry
from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, Period
from offmon.core.formats import codec, commitment, dsse, envelope, event, journal, trust_file
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import DeviceNote, DisclosureLeaf, Gap, GapLeaf, GapReason, NoteLeaf
from offmon.core.formats.trust import KeyRole, KeysDocument, ListedKey
from offmon.core.formats.trust_file import Root, TrustedAgency, TrustedWitness, TrustFile
from offmon.core.ids import Digest, Ms, Slug, Versioned
from offmon.core.ids import Origin as LogOrigin
from offmon.core.log import audit, records
from offmon.core.log.audit import Touched, Verb
from offmon.core.log.records import AlertRecord, BatchRecord, DecisionOutcome, DecisionRecord, ExportRecord
from offmon.core.log.tlog.merkle import leaf_hash, root_of
from offmon.core.log.tlog.proving import prove_consistency, subtrees_of
from offmon.core.log.tlog.submission import Submission
from offmon.core.states import AlertState, ExportState, ProfileState
from tests.support.world import NOTHING, START, Epoch, World


@dataclass
class Forged:
    """A bundle in pieces. `bundle()` puts them together with true manifests, whatever was done to the pieces."""

    payload: dict[str, bytes]
    tags: dict[str, bytes]
    trust: TrustFile
    forge: "Forge"

    def bundle(self) -> bytes:
        return write.bag(self.payload, self.tags)


class Forge(World):
    """Builds one case from its order to its export."""

    def build(self) -> Forged:
        """The whole, from the order to the bundle."""
        self.orders()
        self.authorise()
        self.issue()
        self.first_epoch()
        self.end_licence()
        self.issue()
        self.second_epoch()
        self.triage()
        self.erase()
        return self.finish()

    def issue(self) -> None:
        at = self.wait(HOUR_MS)
        version = len(self.profiles) + 1
        authorisation = self.bend("rests_on", self.all(records.AuthorisationRecord))[-1]
        lists = [declaration(data, dsse.peek(ListDocument, data)) for data in self.lists.values()]
        terms = self.all(Term)
        grants = compile_grants(self.all(Instrument), terms, authorisation.choices, lists, at)
        profile = Profile(
            schema=SCHEMA,
            agency=self.agency,
            case=self.case,
            deployment=self.deployment,
            device=self.device,
            device_key=self.keys["device"].public.vkey,
            list_key=envelope.public_of(self.evidence),
            evidence_key=envelope.public_of(self.evidence),
            version=version,
            previous=dsse.digest_of(self.profiles[-1][1]) if self.profiles else None,
            lease=Period(at, Ms(at + 20 * DAY_MS)),
            grants=grants,
            exclusions=NOTHING,
            person_texts=person_texts_of(grants, terms),
            welsh_texts=person_texts_of(grants, terms, welsh=True),
            controllers=(Controller(self.agency, "An invented force", "86 000"),),
            delay_days=14,
            log_origin=LogOrigin(self.log.origin),
            ingest="https://ingest.invalid",
        )
        profile = self.bend("profile", profile)
        signed = dsse.sign(profile, self.bend("profile_key", self.keys["profile"]))
        self.profiles.append((profile, signed))
        record = records.ProfileRecord(
            id=self.id(),
            deployment=self.deployment,
            device=self.device,
            version=version,
            state=ProfileState.SIGNED,
            authorisation=authorisation.id,
            asked_by=self.service,
            lease_since=profile.lease.since,
            lease_until=profile.lease.until or profile.lease.since,
            digest=dsse.digest_of(signed),
        )
        self.act(Verb.PROFILE_SIGNED, "signer", self.row(record))

    def first_epoch(self) -> None:
        """A start, disclosures of both kinds, and a gap."""
        epoch = self.begin()
        self.wait(DAY_MS)
        self.leaf(DeviceNote(self.device, epoch.id, 0, event.NoteKind.STARTED, Ms(self.now), None))
        for _ in range(self.items - 1):
            self.disclose(epoch, Capability.SITE)
        self.send(epoch)
        self.disclose(epoch, Capability.SITE)  # alone in its batch, to be erased
        self.send(epoch)
        self.disclose(epoch, Capability.PHRASE)
        self.send(epoch)
        self.wait(HOUR_MS)
        since, until = Ms(self.now - HOUR_MS), Ms(self.now)
        self.leaf(Gap(self.device, epoch.id, len(epoch.leaves), GapReason.AGENT_DOWN, since, until, None, None, None))
        for _ in range(3):
            self.disclose(epoch, Capability.SITE)
        self.send(epoch, refused=f"{may_leave.RefusalReason.OUT_OF_PERIOD.value} 1")
        last = len(epoch.leaves) - 1
        epoch.accounts[last - 1] = (LeafAccount.WITHHELD, WithholdingGround.PRIVILEGE.value, None)
        epoch.accounts[last] = (LeafAccount.REFUSED, may_leave.RefusalReason.OUT_OF_PERIOD.value, None)

    def second_epoch(self) -> None:
        """The store was lost: a new epoch that names the head of the one before."""
        before, epoch = self.epochs[-1], self.begin()
        at, size = Ms(self.now), len(before.leaves)
        gap = Gap(self.device, epoch.id, 0, GapReason.NEW_EPOCH, at, at, None, before.id, size)
        self.leaf(self.bend("new_epoch", gap))
        for _ in range(2):
            self.disclose(epoch, Capability.SITE)
        self.send(epoch)

    def begin(self) -> Epoch:
        """Open an epoch."""
        self.epochs.append(Epoch(self.id()))
        return self.epochs[-1]

    def leaf(self, made: Gap | DeviceNote) -> None:
        """Put a gap or note into the newest epoch."""
        self.epochs[-1].leaves.append(
            GapLeaf(made, self.salt()) if isinstance(made, Gap) else NoteLeaf(made, self.salt())
        )

    def disclose(self, epoch: Epoch, kind: Capability) -> None:
        """Find, decide, enclose, as the agent does."""
        at = self.wait(MINUTE_MS)
        profile, signed = self.profiles[-1]
        grant = next(g for g in profile.grants if kind.value == g.kind)
        n = len(epoch.leaves)
        around = ("before", "after") if kind is Capability.PHRASE else (None, None)
        body = event.Body(f"https://{n}.listed.invalid", None, "listed.invalid", *around)
        finding = event.Finding(
            kind=kind,
            detector=Versioned("sites@1"),
            list=grant.lists[0],
            rule=Slug("rule.one"),
            band=Band.EXACT,
            gravity=event.Gravity.STANDARD,
            origin=event.Origin.TYPED,
            event_at=at,
            captured_at=at,
            clock_offset_ms=0,
            body=body,
        )
        disclosure = leaving.decide(profile, finding, at)
        assert isinstance(disclosure, event.Disclosure), disclosure
        enclosed = envelope.Enclosed(self.salt(), self.bend("body", disclosure.body))
        made = event.Envelope(
            deployment=self.deployment,
            device=self.device,
            epoch=epoch.id,
            n=n,
            profile=dsse.digest_of(signed),
            profile_version=profile.version,
            content_commit=envelope.content_commit(enclosed.body, enclosed.salt),
            claim=disclosure.claim,
        )
        made = self.bend("envelope", made)
        ciphertext = envelope.enclose(enclosed, profile.evidence_key, envelope.place_of(made))
        epoch.leaves.append(DisclosureLeaf(made, self.salt(), ciphertext))
        epoch.bodies[n] = enclosed

    def sign_journal(self, epoch: Epoch) -> tuple[bytes, str]:
        """The device's checkpoint over the epoch as it is, and its root."""
        root = root_of(map(journal.hash_of, epoch.leaves)).hex()
        boot, release = self.id(), Digest(self.draw("release").hex())
        checkpoint = event.DeviceCheckpoint(
            self.device, epoch.id, len(epoch.leaves), Digest(root), Ms(self.now), 0, boot, release
        )
        return dsse.sign(self.bend("checkpoint", checkpoint), self.bend("device_key", self.keys["device"])), root

    def send(self, epoch: Epoch, refused: str | None = None) -> None:
        """A batch, its receipt, and the agency's record and entry of it, which says what of it was `refused`."""
        epoch.checkpoint, root = self.sign_journal(epoch)
        received, size = Ms(self.now + MINUTE_MS), len(epoch.leaves)
        digest = dsse.digest_of(epoch.checkpoint)
        batch = BatchRecord(self.id(), self.device, epoch.id, epoch.sent, size, Digest(root), digest, received)
        epoch.sent = size
        self.act(Verb.BATCH_RECEIVED, "service", self.row(batch), reason=refused)

    def end_licence(self) -> None:
        """The licence ends, and is known to have."""
        licence = next(one for one in self.all(Instrument) if one.basis is Basis.LICENCE)
        at = self.wait(2 * DAY_MS)
        ended = replace(licence, ended_at=at, end_known_at=Ms(at + MINUTE_MS))
        self.act(Verb.INSTRUMENT_ENDED, "officer", self.row(ended))

    def triage(self) -> None:
        """Three alerts: one evidential, one for a visit and then rejected, one not yet decided. And a consultation, half withheld."""
        epoch = self.epochs[0]
        for n, outcome in enumerate((DecisionOutcome.EVIDENTIAL, DecisionOutcome.VISIT, None), 1):
            list_name = self.opened_lists()[0].name
            alert = AlertRecord(
                id=self.id(),
                deployment=self.deployment,
                capability=Capability.SITE,
                list=list_name,
                rule=Slug("rule.one"),
                gravity=event.Gravity.STANDARD,
                state=AlertState.OPEN,
                opened_at=Ms(self.now),
                leaves=(records.LeafPlace(self.device, epoch.id, n),),
            )
            self.act(Verb.ALERT_RAISED, "service", self.row(alert), alert=alert.id)
            if outcome is None:
                continue
            by, at, why = self.people["officer"], Ms(self.now + MINUTE_MS), "The address says enough."
            decision = DecisionRecord(self.id(), alert.id, outcome, "Looked at in full.", by, at, unseen_reason=why)
            action, closed = self.follow(decision), replace(alert, state=AlertState.DECIDED)
            rows = [self.row(one) for one in (closed, self.bend("decision", decision), self.bend("action", action))]
            self.act(Verb.ALERT_DECIDED, "officer", *rows, alert=alert.id, decision=decision.id)
            self.seal(alert) if outcome is DecisionOutcome.EVIDENTIAL else self.correct(decision, action)
        self.withheld_lines.add(self.act(Verb.CASE_CONSULTED, "officer", reason="subject access"))

    def correct(self, decision: DecisionRecord, action: records.ActionRecord) -> None:
        """The officer finds that it was no match, and cancels the visit."""
        at, outcome = self.wait(HOUR_MS), DecisionOutcome.NOT_A_MATCH
        by, why = self.people["officer"], "Another place of the same name."
        correction = DecisionRecord(self.id(), decision.alert, outcome, "Looked again.", by, at, decision.id, why)
        rows = [self.row(self.bend("correction", correction))]
        cancelled = self.bend("cancelled", replace(action, cancelled_in=correction.id, cancelled_reason="No match."))
        rows += [self.row(cancelled)] if cancelled else []
        verb, who = self.bend("corrected_by", Verb.DECISION_CORRECTED), self.bend("corrector", "officer")
        self.act(verb, who, *rows, alert=decision.alert, decision=correction.id)

    def follow(self, decision: DecisionRecord) -> records.ActionRecord:
        """What the decision calls for, not yet done."""
        called, at = FOLLOWS[decision.outcome], decision.decided_at
        return records.ActionRecord(
            id=self.id(),
            decision=decision.id,
            alert=decision.alert,
            what=called.kind,
            owner=decision.decided_by,
            due_at=latest(called, at),
            welfare_due=False,
            **dict.fromkeys(
                ["welfare", "welfare_by", "welfare_at", "outside_reference", "outcome", "done_by", "done_at"]
            ),
        )

    def seal(self, alert: AlertRecord) -> None:
        """The alert's disclosure as an exhibit, sealed and handed over once."""
        [place] = alert.leaves
        leaf = self.epochs[0].leaves[place.n]
        assert isinstance(leaf, DisclosureLeaf)
        officer, sealed = self.people["officer"], Digest(self.draw("sealed").hex())
        asked = ExhibitRecord(
            id=self.id(),
            alert=alert.id,
            leaf=place,
            initials="AB",
            number=1,
            producer=officer,
            oic=self.people["approver"],
            asked_at=Ms(self.now),
            reason="For the investigation.",
            **dict.fromkeys(("content", "seal", "key", "sealed_at")),
        )
        self.act(Verb.EXHIBIT_ASKED, "officer", self.row(asked), alert=alert.id)
        content, key, at = leaf.envelope.content_commit, envelope.public_of(self.evidence), Ms(self.now + MINUTE_MS)
        exhibit = replace(asked, content=content, seal=sealed, key=key, sealed_at=at)
        first = CustodyRecord(self.id(), exhibit.id, 0, at, "The store", officer, officer, "Sealed.", sealed)
        rows = self.row(self.bend("exhibit", exhibit)), self.row(first)
        self.act(Verb.EXHIBIT_SEALED, self.bend("sealer", "vault"), *rows, alert=alert.id)
        later, to = Ms(self.now + MINUTE_MS), self.people["confirmer"]
        second = CustodyRecord(self.id(), exhibit.id, 1, later, "A laboratory", officer, to, "To be looked at.", sealed)
        self.act(Verb.EXHIBIT_HANDED_OVER, "officer", self.row(self.bend("custody", second)), alert=alert.id)

    def erase(self) -> None:
        """One batch is erased under a rule of retention; the hash of what it held and the entry remain."""
        epoch = self.epochs[0]
        n = self.items
        [batch] = [b for b in self.all(BatchRecord) if b.epoch == epoch.id and b.first <= n < b.size]
        commit = commitment.commit(BatchRecord.KIND, self.rows[BatchRecord.KIND, batch.id][1], records.values_of(batch))
        touched = Touched(Slug(BatchRecord.KIND), batch.id, commit)
        number = self.act(Verb.DISPOSED, self.bend("eraser", "vault"), touched, reason="no-longer-necessary")
        epoch.accounts[n] = (LeafAccount.ERASED, "no-longer-necessary", number)

    def choose(self, asked: ExportRecord) -> ExportRecord:
        """By period alone, as before alerts were chosen; a test has another."""
        return asked

    # --- the bundle ---------------------------------------------------------------------------------------------------

    def finish(self) -> Forged:
        """Asked, opened, built, approved, exported, proved."""
        by, at, court = self.people["officer"], Ms(self.now), "The court"
        asked = ExportRecord(self.export, ExportState.ASKED, by, at, "trial", court, START, at, None, None, None)
        asked = self.bend("export", self.choose(asked))
        self.act(Verb.EXPORT_ASKED, "officer", self.row(asked), recipient=court)
        asked = replace(asked, state=ExportState.OPENED)
        self.act(Verb.EXPORT_OPENED, self.bend("opener", "vault"), self.row(asked))
        payload = self.payload(last=len(self.lines) - 1)
        payload = self.bend("payload", payload)
        digest = write.manifest_digest(write.manifest(payload))
        approver = self.bend("approver", "approver")
        approved = replace(
            asked,
            state=ExportState.APPROVED,
            manifest=digest,
            approved_by=self.people["approver"],
            approved_at=Ms(self.now),
        )
        first = len(self.lines)
        self.act(Verb.EXPORT_APPROVED, approver, self.row(approved), manifest=digest)
        self.act(Verb.EXPORTED, self.bend("exporter", "vault"), self.row(approved), manifest=digest, recipient=court)
        if self.late:
            self.sequence()
        tail = CaseRun(self.case, first, tuple(self.line(number) for number in range(first, len(self.lines))))
        tags = {layout.TAIL: codec.dump(tail)}
        for number, line in enumerate(self.lines):
            tags[layout.proof_path(number)] = self.log.proof(line.index).data
        tags |= self.earlier()
        return Forged(payload, tags, self.trust(), self)

    def earlier(self) -> dict[str, bytes]:
        """The checkpoint by which the notice was recorded, and the proof that the log goes on from it."""
        served = next(line for line in self.lines if line.entry.verb is Verb.NOTICE_SERVED)
        (size, note), (newest, last) = self.log.first_with(served.index), self.log.notes[-1]
        if size == newest:
            return {}
        hashes = [leaf_hash(entry) for entry in self.log.entries]
        sent = Submission(size, prove_consistency(size, newest, subtrees_of(hashes)), last)
        return {layout.earlier_path(size): note.data, layout.since_path(size): sent.data}

    def payload(self, last: int) -> dict[str, bytes]:
        """Everything under `data/`."""
        if self.late:  # nobody but the attacker knows the places of entries that are not in the log yet
            for number in range(len(self.lines)):
                self.lines[number].index = 2 * number + 1
        [asked] = self.all(ExportRecord)
        index = Index(
            kind=BundleKind.COURT,
            agency=self.agency,
            case=self.case,
            origin=LogOrigin(self.log.origin),
            root=self.keys["root"].public.vkey,
            export=self.export,
            made_at=Ms(self.now),
            opened=Period(asked.opened_since, asked.opened_until),
            last=last,
            limits=tuple(Limit),
        )
        run = CaseRun(self.case, 0, tuple(self.line(number) for number in range(last + 1)))
        files = {
            layout.INDEX: codec.dump(index),
            layout.REPORT: b"<!doctype html><title>A bundle</title><p>An invented case.</p>",
            layout.RUN: codec.dump(run),
            **self.lists,
        }
        for version, statement in enumerate(self.statements(), 1):
            files[layout.keys_path(version)] = statement
        for profile, signed in self.profiles:
            files[layout.profile_path(self.device, profile.version)] = signed
        for (kind, record), (value, salt) in self.rows.items():
            withheld = {"verbatim_text": WithholdingGround.THIRD_PARTY} if kind == order.Term.KIND else {}
            opened = layout.open_record(kind, salt, records.values_of(value), withheld)
            files[layout.record_path(kind, record)] = codec.dump(opened)
        for epoch in self.epochs:
            files |= self.epoch_files(epoch)
        return files

    def line(self, number: int) -> RunEntry:
        """A line of the run; who and in which session is shown for the export's people only."""
        line = self.lines[number]
        commit = audit.commit_of(line.entry, line.salt)
        more = ("actor", "reason") if number in self.withheld_lines else ()
        withheld = dict.fromkeys(("session", "request", *more), WithholdingGround.RESTRICTED)
        opened = layout.open_record(audit.AuditEntry.KIND, line.salt, audit.fields_of(line.entry), withheld)
        return RunEntry(number, line.index, commit, opened, None)

    def epoch_files(self, epoch: Epoch) -> Mapping[str, bytes]:
        """The journal, and the items that are shown."""
        files = dict[str, bytes]()
        rows = list[EpochRow]()
        for n, leaf in enumerate(epoch.leaves):
            account, why, entry = epoch.accounts.get(n, (LeafAccount.SHOWN, None, None))
            opened = None if isinstance(leaf, DisclosureLeaf) else leaf
            commit, ciphertext = journal.leaf_commit(leaf), journal.ciphertext_digest(leaf)
            rows.append(EpochRow(n, Slug(leaf.KIND), commit, ciphertext, account, why, entry, opened))
            if isinstance(leaf, DisclosureLeaf) and account is LeafAccount.SHOWN:
                enclosed = epoch.bodies[n]
                body = layout.open_record(event.Body.TYPE, enclosed.salt, envelope.body_fields(enclosed.body), {})
                files[layout.item_path(self.device, epoch.id, n)] = codec.dump(Item(leaf.envelope, leaf.salt, body))
        whole = layout.EpochJournal(self.device, epoch.id, tuple(rows), epoch.checkpoint)
        files[layout.journal_path(self.device, epoch.id)] = codec.dump(whole)
        return files

    def statements(self) -> list[bytes]:
        """The agency's signed Keys statements, in order: one, unless a test hands its keys over."""
        return [dsse.sign(self.statement(), self.bend("root_key", self.keys["root"]))]

    def statement(self) -> KeysDocument:
        period = Period(Ms(START - DAY_MS), Ms(START + 300 * DAY_MS))
        roles = {KeyRole.PROFILE: "profile", KeyRole.LIST: "list", KeyRole.LOG: "log"}
        listed = tuple(ListedKey(role, self.keys[name].public.vkey, period) for role, name in roles.items())
        return self.bend("statement", KeysDocument(self.agency, 1, None, period, listed, None))

    def trust(self) -> TrustFile:
        """What a reader of this world brings."""
        period = Period(Ms(START - DAY_MS), None)
        root = Root(self.keys["root"].public.vkey, period)
        agency = TrustedAgency(self.agency, LogOrigin(self.log.origin), (root,))
        witness = TrustedWitness(self.witness.public.vkey, "An invented observatory", True, period)
        return TrustFile(86_400, 1, (agency,), (witness,))


def loaded[T](cls: type[T], data: bytes) -> T:
    """A document of a bundle, for a test to change."""
    return codec.load(cls, data, max_size=1 << 26)


def save_trust(brought: TrustFile) -> bytes:
    data = codec.dump(brought)
    assert trust_file.load(data) == brought
    return data


def files_under(payload: Iterable[str], folder: str) -> list[str]:
    """The paths below a folder, sorted."""
    return sorted(path for path in payload if path.startswith(folder))
