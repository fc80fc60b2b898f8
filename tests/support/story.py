"""One case, played through the product's own actions on a real database, from the order to a decision.

    story = Story(database, tmp_path).play()
    with story.console(): do_ask_export(story.case, …, actor=story.officer)

Rules
- Every act is the real action, as the real process and role, committed. Only the directory is set up by hand, as the operator does.
- Person, orders and places are invented; no force has the code 86 (R-ID-12). A test may play steps singly, or otherwise.
"""

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.test import override_settings

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.access.step_up import Factor
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import DETECTING, Capability, Source
from offmon.core.authority.lists import Exclusions, ListEntry
from offmon.core.authority.order import DeviceKind
from offmon.core.authority.profile import Choice, Profile
from offmon.core.authority.visit import Access, DeviceAnswers, Others, PasswordKeeper
from offmon.core.clock import Period
from offmon.core.formats import codec, dsse, envelope
from offmon.core.formats.event import Batch, Body, DeviceCheckpoint, Gravity
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.protocol import MAX_ENROL, Enrol, ProfileUpdate
from offmon.core.formats.trust import KeyRole, KeysDocument, ListedKey
from offmon.core.formats.trust_file import Root, TrustedAgency, TrustedWitness, TrustFile
from offmon.core.ids import Id, Ms, Origin, Slug, Versioned
from offmon.core.log import audit
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.actions import do_grant_caseload
from offmon.server.agencies.authentication.actions import show
from offmon.server.audit.actions import append
from offmon.server.audit.actions.sequence import SequencedLog
from offmon.server.audit.models import Entry
from offmon.server.audit.publish import publish
from offmon.server.audit.witness_client import WitnessClient
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.columns import column_key, contacts_key, person_key, reaching_key
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import action, scope
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.actions import (
    ProportionalityAnswers,
    Served,
    Signing,
    do_ask_profile,
    do_authorise,
    do_begin,
    do_draft,
    do_enrol,
    do_keep_evidence_key,
    do_make_notice,
    do_offer_enrolment,
    do_record_device,
    do_record_others,
    do_serve_notice,
    do_sign_profile,
)
from offmon.server.detectors import queries as detectors
from offmon.server.detectors.actions import ListDraft, do_approve, do_draft_exclusions, do_draft_list, do_sign
from offmon.server.intake import queries as intake
from offmon.server.intake.actions import do_receive
from offmon.server.orders.actions import (
    AssessmentEntry,
    do_confirm_term,
    do_keep_scan,
    do_prepare_assessment,
    do_record_instrument,
    do_record_term,
    do_sign_assessment,
)
from offmon.server.orders.queries import assessment_document
from offmon.server.orders.scan import Scan
from offmon.server.orders.silences.actions import do_claim_none
from offmon.server.people.actions import do_open_case
from offmon.server.rights.keys import access_key
from offmon.server.triage import queries as triage
from offmon.server.triage.actions import do_decide, raising
from offmon.server.triage.queries import queue_lines
from tests.database import Database
from tests.server import as_process
from tests.support import accounts
from tests.support.fake_device import FakeDevice, now
from tests.support.images import page_image
from tests.support.instant_witness import InstantWitness, seed_key
from tests.support.orders import OFFENCE, a_term, an_entry, own_answers
from tests.support.papers import PDF
from trial.papers import pages

FORCE = "force.invalid/86"
ORIGIN = Origin(f"{FORCE}/log")
INGEST, PAPER, WELSH = "https://ingest.invalid", Scan.of([PDF]), "Rhaid i chi beidio â defnyddio lleoedd rhestredig."
EXCLUSIONS = Exclusions(Versioned("exclusions@1"), ("helpline.invalid",), ("crisis line",))
ENTRIES = {
    Capability.SITE: ListEntry(Slug("host"), "listed.invalid", Gravity.HIGH),
    Capability.PHRASE: ListEntry(Slug("phrase"), "invented phrase", Gravity.STANDARD),
}
ANSWERS = ProportionalityAnswers("To protect.", "It finds visits.", "Nothing lesser would.", "It is fair.")


def a_list(capability: Capability, *entries: ListEntry, version: int = 1) -> ListDraft:
    """A version of the story's list of that kind, as an officer drafts it."""
    return ListDraft(
        name=Versioned(f"{capability.value}-list@{version}"),
        capability=capability,
        bases=tuple(Basis),
        offence_types=(OFFENCE,),
        entries=entries,
        sensitive=False,
        valid=Period(Ms(now() - clock.DAY_MS), None),
        why="To find what the orders forbid.",
    )


@action
def do_show(*, actor: Actor) -> None:
    """A step-up without a factor: the row of a person who entered an app's code now, in their session."""
    append(actor, Verb.FACTOR_SHOWN, case=None, touched=(show(Factor.APP, actor),))


@dataclass
class Story:
    """An agency with its people and keys, and one case as far as it has been played. `folder` is the test's own."""

    database: Database
    folder: Path
    witness: WitnessClient = field(default_factory=InstantWitness.new)
    force: str = "86"  # its code; a second story on one database has another
    agency: Id = field(default_factory=new_id)
    root: SigningKey = field(default_factory=lambda: seed_key(f"{FORCE}/root"))
    keys: dict[KeyRole, SigningKey] = field(
        default_factory=lambda: (
            {role: seed_key(f"{ORIGIN}/{role}") for role in KeyRole} | {KeyRole.LOG: seed_key(ORIGIN)}
        )
    )
    origin: Origin = ORIGIN
    next_log: tuple[SigningKey, ...] = ()  # signs the log too, while one key takes over from another
    evidence: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    device: FakeDevice = field(default_factory=lambda: FakeDevice(INGEST))
    person: str = "Sam Invented"
    case: Id = field(default_factory=lambda: Id("0" * 32))
    instrument: Id = field(default_factory=lambda: Id("0" * 32))
    terms: dict[Capability, Id] = field(default_factory=dict)
    assessment: Id | None = None
    authorisation: Id = field(default_factory=lambda: Id("0" * 32))
    deployment: Id = field(default_factory=lambda: Id("0" * 32))
    paper: Id = field(default_factory=lambda: Id("0" * 32))  # of the newest notice
    profiles: list[Profile] = field(default_factory=list)
    sent: int = 0
    alerts: list[Id] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.first_witness = self.witness  # what it saw stays in the log, whoever comes after
        team = new_id()

        def person(role: Role) -> Actor:
            return Actor(new_id(), role, team, self.agency, session=new_id())

        self.officer = person(Role.OFFENDER_MANAGER)
        self.colleague = person(Role.OFFENDER_MANAGER)
        self.supervisor = person(Role.SUPERVISOR)
        self.authoriser = person(Role.AUTHORISING_OFFICER)
        self.data_protection = person(Role.DATA_PROTECTION)
        self.stranger = person(Role.OFFENDER_MANAGER)  # of the agency, and never on the caseload
        self.staff = {
            name: getattr(self, name)
            for name in ("officer", "colleague", "supervisor", "authoriser", "data_protection", "stranger")
        }
        self.ingest = service(Service.INGEST, self.agency)
        self.worker = service(Service.WORKER, self.agency)
        self.signer = service(Service.SIGNER, self.agency)
        self.vault = service(Service.VAULT, self.agency)
        self.opening_keys.mkdir(mode=0o700)
        self.documents.mkdir(mode=0o700)
        self._set_up()
        self.show_factor(*self.staff.values())

    # --- who acts -----------------------------------------------------------------------------------------------------

    def running(self, process: Process) -> AbstractContextManager[None]:
        """The product's code in this test runs as that process."""
        return as_process(self.database, process)

    def console(self) -> AbstractContextManager[None]:
        """… as the console."""
        return self.running(Process.CONSOLE)

    def show_factor(self, *people: Actor) -> None:
        """Each of them shows a second factor now in their session, as signing in does."""
        with self.console():
            for one in people:
                do_show(actor=one)

    def signing(self) -> Signing:
        """What the signer of this agency brings."""
        ring = agencies.ring_of(self.agency, self.trust())
        return Signing(self.keys[KeyRole.PROFILE], self.keys[KeyRole.LIST], INGEST, ring)

    @contextmanager
    def with_keys(self) -> Iterator[None]:
        """With the key files that console and ingest are given, which are this story's own."""
        files: dict[str, str | None] = {
            f"OFFMON_{name.upper()}_KEY_FILE": str(self.folder / name) for name in ("column", "code")
        }
        caches = (column_key, person_key, contacts_key, reaching_key, access_key)
        for kept in caches:
            kept.cache_clear()
        files |= dict.fromkeys(f"OFFMON_{name}_KEY_FILE" for name in ("PERSON", "CONTACTS", "REACHING", "ACCESS"))
        try:
            with override_settings(**files, OFFMON_DOCUMENTS=str(self.documents), OFFMON_TRUST=str(self.trust_path())):
                yield
        finally:
            for kept in caches:
                kept.cache_clear()

    @property
    def opening_keys(self) -> Path:
        return self.folder / "opening"

    @property
    def documents(self) -> Path:
        return self.folder / "documents"

    # --- the thread, step by step -------------------------------------------------------------------------------------

    def play(self) -> "Story":
        """Everything up to one alert that nobody has decided."""
        self.orders()
        self.lists()
        self.authorise()
        self.make_key()
        self.serve_notice()
        self.enrol()
        self.sign(self.ask_profile())
        with self.running(Process.WORKER):  # once the marker page was seen on the device
            do_begin(self.deployment, actor=self.worker)
        self.disclose(3)
        self.send()
        self.group()
        return self

    def orders(self) -> None:
        with self.console(), self.with_keys():
            self.case = do_open_case(f"86/{new_id()[:6]}", self.person, actor=self.officer)
            for colleague in (self.colleague, self.authoriser):
                do_grant_caseload(self.case, colleague.id, "the case is theirs too", actor=self.officer)
            do_claim_none(self.case, clock.local_day(now()), actor=self.officer)
        self.record_order()

    def record_order(self) -> None:
        """An order of two terms, each recorded by one officer and confirmed by another; anew, if it is recorded already."""
        month_ago, scan = Ms(now() - 30 * clock.DAY_MS), Scan.of([page_image(page) for page in pages(Basis.SHPO_SC)])
        with self.console(), self.with_keys():
            kept = do_keep_scan(self.case, Basis.SHPO_SC, scan, actor=self.officer)
            order = an_entry(self.agency, Basis.SHPO_SC, month_ago, document=kept)
            self.instrument = do_record_instrument(self.case, order, actor=self.officer)
            for capability in DETECTING:
                term = a_term(
                    Period(month_ago, None),
                    capability,
                    verbatim="The words of the order, which name a victim.",
                    person_text=f"You must not use listed places ({capability.value}).",
                    person_text_welsh=WELSH if capability is Capability.PHRASE else None,
                    source_page=2,
                )
                self.terms[capability] = do_record_term(self.instrument, term, actor=self.officer)
                do_confirm_term(self.terms[capability], actor=self.colleague)

    def lists(self) -> None:
        """A list for each capability and the exclusions: drafted, approved by another, signed."""
        with self.console():
            rows = [do_draft_list(a_list(kind, entry), actor=self.officer) for kind, entry in ENTRIES.items()]
            rows.append(do_draft_exclusions(EXCLUSIONS, actor=self.officer))
            for row in rows:
                do_approve(row, actor=self.supervisor)
        with self.running(Process.SIGNER):
            for row in rows:
                do_sign(row, self.keys[KeyRole.LIST], actor=self.signer)

    def assess(self, *, review_in: int = 200 * clock.DAY_MS, **changed: Any) -> Id:
        """An impact assessment of everything, prepared by one and signed by another."""
        entry = AssessmentEntry(
            title="Monitoring of listed sites and phrases",
            capabilities=tuple(Capability),
            sources=tuple(Source),
            document=PAPER,
            review_by=Ms(now() + review_in),
        )
        with self.console(), self.with_keys():
            self.assessment = do_prepare_assessment(replace(entry, **changed), actor=self.supervisor)
            assessment_document(self.assessment, actor=self.data_protection)
            do_sign_assessment(self.assessment, actor=self.data_protection)
        return self.assessment

    def draft(self) -> None:
        """Both capabilities, each on its term and list, assessed before."""
        if self.assessment is None:
            self.assess()
        with self.console():
            with scope(self.officer):
                by_kind = {one.capability: one.ref.id for one in detectors.declarations()}
            choices = tuple(Choice(kind, (term,), (by_kind[kind],), None) for kind, term in self.terms.items())
            self.authorisation = do_draft(self.case, choices, actor=self.officer)
            found = deployments.deployment_of(self.case, actor=self.officer)
            assert found is not None
            self.deployment = found.id

    def authorise(self) -> None:
        """Drafted by one, authorised by another with the four answers."""
        self.draft()
        with self.console():
            do_authorise(self.authorisation, own_answers(ANSWERS, self.case), actor=self.authoriser)

    def make_key(self) -> None:
        """The deployment's opening key, where the vault keeps it, and its public half in the row."""
        with self.running(Process.VAULT):
            do_keep_evidence_key(self.deployment, envelope.public_of(self.evidence), actor=self.vault)
        file = self.opening_keys / f"{self.deployment}.key"
        file.touch(0o600)
        file.write_bytes(self.evidence.private_bytes_raw())

    def make_notice(self) -> None:
        """After a witness saw the log: its checkpoint stands on it."""
        self.publish()
        with self.console(), self.with_keys():
            self.paper = do_make_notice(self.deployment, actor=self.officer)

    def serve_notice(self) -> None:
        """Made, then served by hand, acknowledged."""
        self.make_notice()
        with self.console():
            do_serve_notice(self.paper, Served(now(), "by hand", True), actor=self.officer)

    def settle_device(self) -> None:
        """At the visit: nobody else uses the device, and it is the person's own."""
        do_record_others(self.deployment, Others(0, 0, None, None), actor=self.officer)
        own = DeviceAnswers(DeviceKind.COMPUTER, Access.OWN_AGREED, "", PasswordKeeper.PERSON)
        do_record_device(self.deployment, own, actor=self.officer)

    def enrol(self, account: str = "account") -> None:
        """The device, by a code, at a visit. `account`: of which account on it."""
        with self.with_keys():
            with self.console():
                self.settle_device()
                code = do_offer_enrolment(self.deployment, actor=self.officer)
            asked = codec.load(Enrol, self.device.enrol(code.secret, account=account).body, max_size=MAX_ENROL)
            with self.running(Process.INGEST):
                self.device.enrolled(codec.dump(do_enrol(asked, actor=self.ingest)))

    def ask_profile(self) -> Id:
        """The request row of the device's next profile."""
        with self.console():
            return do_ask_profile(self.device.device, actor=self.officer)

    def sign(self, profile: Id) -> None:
        """Signed by the signer; the device holds it."""
        with self.running(Process.SIGNER), self.with_keys():
            do_sign_profile(profile, self.signing(), actor=self.signer)
        self.take_profile()

    def update(self) -> ProfileUpdate:
        """What ingest answers a device that asks for its profile."""
        with self.running(Process.INGEST):
            known = deployments.device_by_key(self.device.signing.public.keyid)
            assert known is not None
            with scope(self.ingest):
                return deployments.update_for(known)

    def take_profile(self) -> None:
        signed = self.update().profile
        assert signed is not None
        self.profiles.append(dsse.open_signed(Profile, signed, self.keys[KeyRole.PROFILE].public))
        self.device.hold(self.profiles[-1], signed)

    def disclose(
        self, count: int = 1, *, body: Body | None = None, under: Profile | None = None, **claimed: Any
    ) -> None:
        """The device starts its journal with a note, then discloses visits to a listed place, in one rule."""
        if not self.device.leaves:
            self.device.note()
        held = under or self.profiles[-1]
        profile = replace(held, grants=tuple(grant for grant in held.grants if grant.kind is Capability.SITE))
        for _ in range(count):
            n = len(self.device.leaves)
            shown = body or Body(f"https://listed.invalid/{n}", "An invented page", "listed.invalid", None, None)
            self.device.disclose(profile, body=shown, **claimed)

    def send(self) -> None:
        """What the device has not yet sent, as one batch."""
        self.receive(self.device.batch(self.sent))
        self.sent = len(self.device.leaves)

    def receive(self, batch: Batch) -> None:
        """What ingest does with a batch of the device's."""
        checkpoint = dsse.open_signed(DeviceCheckpoint, batch.checkpoint, self.device.signing.public)
        with self.running(Process.INGEST):
            known = deployments.device_by_key(self.device.signing.public.keyid)
            assert known is not None
            do_receive(batch, checkpoint, known, actor=self.ingest)

    def raise_alerts(self) -> None:
        """What the worker makes of what came."""
        with self.running(Process.WORKER):
            for journal in intake.journals(actor=self.worker):
                raising.do_group(journal, actor=self.worker)

    def group(self) -> None:
        """The same, and the queue as the officer then has it."""
        self.raise_alerts()
        with self.console(), self.with_keys():
            self.alerts = [row.id for row in queue_lines.queue(actor=self.officer).rows]

    def alert(self, who: str = "officer") -> triage.AlertView:
        """The first alert, opened in full by one of the staff."""
        with self.console(), self.with_keys():
            shown = triage.alert(self.alerts[0], actor=getattr(self, who))
        assert shown is not None
        return shown

    def decide(self, outcome: DecisionOutcome = DecisionOutcome.EVIDENTIAL) -> Id:
        """The officer looks at the first alert, and decides it."""
        shown = self.alert()
        with self.console(), self.with_keys():
            looked: dict[str, Any] = {"shown": shown.row.count, "unseen_reason": "The address says enough."}
            return do_decide(self.alerts[0], outcome, "Looked at in full.", **looked, actor=self.officer)

    # --- the log ------------------------------------------------------------------------------------------------------

    def publish(self) -> None:
        """The worker places what waits, signs, and has it witnessed."""
        with self.running(Process.WORKER):
            log = SequencedLog(self.agency, self.origin, self.keys[KeyRole.LOG], self.next_log)
            publish(log, self.witness, actor=self.worker)

    def entries(self, *verbs: Verb) -> list[audit.AuditEntry]:
        """The log's entries of those verbs, in the order in which they were written."""
        with self.running(Process.WORKER), scope(self.worker):
            rows = Entry.objects.filter(verb__in=verbs).order_by("at")
            return [codec.load(audit.AuditEntry, row.doc, max_size=1 << 20) for row in rows]

    def trust(self) -> TrustFile:
        """What a reader brings: the agency's root, and who witnessed its log."""
        period = Period(Ms(now() - clock.DAY_MS), None)
        agency = TrustedAgency(self.agency, self.origin, (Root(self.root.public.vkey, period),))
        seen_by = {
            one.key.vkey: TrustedWitness(one.key.vkey, "A test", False, period)
            for one in (self.first_witness, self.witness)
        }
        return TrustFile(86_400, 1, (agency,), tuple(seen_by.values()))

    def trust_path(self) -> Path:
        """The same as a file, as vault and signer are given it."""
        file = self.folder / "trust.json"
        file.write_bytes(codec.dump(self.trust()) + b"\n")
        return file

    def statement(self) -> bytes:
        period = Period(Ms(now() - clock.DAY_MS), Ms(now() + 300 * clock.DAY_MS))
        listed = tuple(ListedKey(role, key.public.vkey, period) for role, key in self.keys.items())
        return dsse.sign(KeysDocument(self.agency, 1, None, period, listed, None), self.root)

    def _set_up(self) -> None:
        """The operator's part."""
        for name in ("column", "code"):
            (self.folder / name).write_bytes(secrets.token_bytes(32))
        with self.database.connect_as_owner() as owner:
            owner.execute(
                "insert into agencies_agency (id, name, force_code, origin, root, contact,"
                " office_hours, on_call_urgent, on_call_high, on_call_standard, duty_inspector, delay_days)"
                " values (%s, 'An invented force', %s, %s, %s, '86 000', 'Monday to Friday, 9am to 5pm',"
                " 'the control room, 86 001', 'the duty desk, 86 002', 'the next working day', 'Inspector on duty, 86 003', 14)",
                [self.agency, self.force, self.origin, self.root.public.vkey],
            )
            owner.execute(
                "insert into agencies_keysstatement (id, agency_id, version, document) values (%s, %s, 1, %s)",
                [new_id(), self.agency, self.statement()],
            )
            named = "insert into agencies_team (id, agency_id, name) values (%s, %s, 'North')"
            owner.execute(named, [self.officer.team, self.agency])
        of = "" if self.force == "86" else f" {self.force}"  # a name to sign in by is of one person
        staff = (
            accounts.an_account(one, f"{name}{of}", f"{name.title()} Invented") for name, one in self.staff.items()
        )
        accounts.add(self.database, *staff)
