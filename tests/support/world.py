"""An invented agency: keys, people, a log with a witness, and a case up to its authorisation and notice."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.core.access.roles import Role
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import DETECTING, Capability
from offmon.core.authority.lists import ListDocument
from offmon.core.authority.order import Instrument, Term, TermKind
from offmon.core.authority.profile import Choice, Profile
from offmon.core.bundle import layout
from offmon.core.bundle.layout import LeafAccount
from offmon.core.clock import DAY_MS, MINUTE_MS, Period
from offmon.core.formats import commitment, dsse, envelope
from offmon.core.formats.event import Leaf
from offmon.core.formats.keys import Algorithm, SigningKey
from offmon.core.ids import Digest, Id, Ms, Slug, Versioned
from offmon.core.log import audit, records
from offmon.core.log.audit import EntryActor, Touched, Verb
from offmon.core.log.records import AuthorisationRecord, DeviceRecord, NoticeRecord
from offmon.core.log.tlog import proving
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.cosignature import cosign
from offmon.core.log.tlog.merkle import leaf_hash, root_of
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proof import Proof
from offmon.core.log.tlog.proving import sign_checkpoint
from offmon.core.states import DeploymentState
from tests.support.entries import an_entry

START: Final = Ms(1_781_000_000_000)  # 9 June 2026
WEEK: Final = 7 * DAY_MS
NOTHING: Final = Digest(sha256(b"").hexdigest())
ROLE: Final = {Verb.DEPLOYMENT_AUTHORISED: Role.AUTHORISING_OFFICER, Verb.EXPORT_APPROVED: Role.SUPERVISOR}
"""In which role each act is done: an offender manager's where nothing else is said."""

type Bend = Callable[[Any], Any]


@dataclass
class Log:
    """An agency's log with one witness: what was appended, and the cosigned checkpoint that each entry is proved by."""

    origin: str
    key: SigningKey
    witness: SigningKey
    also: tuple[SigningKey, ...] = ()
    entries: list[bytes] = field(default_factory=list)
    notes: list[tuple[int, SignedNote]] = field(default_factory=list)

    def append(self, record: bytes) -> int:
        """Its place. Before each record stands one of another case, so that place and number differ."""
        self.entries += [sha256(b"another case" + record).digest(), record]
        return len(self.entries) - 1

    def cosigned(self, at: int) -> None:
        """A checkpoint of all that is there, which the witness saw at `at`."""
        size = len(self.entries)
        tree = Checkpoint(self.origin, size, root_of(map(leaf_hash, self.entries)))
        note = sign_checkpoint(tree, self.key, *self.also)
        self.notes.append((size, note.adding([cosign(note, self.witness, Ms(at))])))

    def first_with(self, index: int) -> tuple[int, SignedNote]:
        """The first checkpoint that held the entry, and its size."""
        return next((size, note) for size, note in self.notes if size > index)

    def proof(self, index: int) -> Proof:
        """Inclusion in the first checkpoint that held the entry."""
        size, note = self.first_with(index)
        leaves = [leaf_hash(entry) for entry in self.entries[:size]]
        return Proof(index, proving.prove_inclusion(index, size, proving.subtrees_of(leaves)), note)


@dataclass
class Line:
    """One entry of the run as the agency holds it."""

    entry: audit.AuditEntry
    salt: bytes
    index: int = -1


@dataclass
class Epoch:
    """One epoch as the device and the agency hold it: leaves, and what the agency says became of each."""

    id: Id
    leaves: list[Leaf] = field(default_factory=list)
    bodies: dict[int, envelope.Enclosed] = field(default_factory=dict)
    accounts: dict[int, tuple[LeafAccount, str, int | None]] = field(default_factory=dict)
    sent: int = 0
    checkpoint: bytes = b""


class World:
    """An agency with its log, and a case as far as its authorisation. `bends` by the name of what they change."""

    def __init__(
        self, seed: str = "honest", *, keys: str = "true", items: int = 4, late: bool = False, **bends: Bend
    ) -> None:
        self.seed, self.items, self.late, self.bends, self.whose = seed, items, late, bends, keys
        self.now = int(START)
        self.drawn = 0
        self.agency, self.case, self.deployment, self.device, self.export = (self.id() for _ in range(5))
        people = ("recorder", "confirmer", "drafter", "authoriser", "officer", "approver")
        self.people = {name: self.id() for name in people}
        self.service = self.id()
        names = ("root", "profile", "list", "log", "device")
        self.keys = {name: self.key(name, f"force.invalid/86/{name}") for name in names}
        self.witness = self.bend("witness", self.key("witness", "witness.invalid", Algorithm.COSIGNATURE))
        self.evidence = X25519PrivateKey.from_private_bytes(self.draw("evidence"))
        self.log = Log("force.invalid/86/log", self.keys["log"], self.witness)
        self.rows: dict[tuple[str, Id], tuple[Any, bytes]] = {}
        self.lines: list[Line] = []
        self.previous = audit.FIRST
        self.sequenced = 0
        self.lists: dict[str, bytes] = {}
        self.profiles: list[tuple[Profile, bytes]] = []
        self.epochs: list[Epoch] = []
        self.withheld_lines: set[int] = set()

    # --- small things -------------------------------------------------------------------------------------------------

    def draw(self, what: str) -> bytes:
        """32 bytes that follow from the seed and `what`."""
        return sha256(f"{self.seed} {what}".encode()).digest()

    def id(self) -> Id:
        self.drawn += 1
        return Id(self.draw(f"id {self.drawn}").hex()[:32])

    def salt(self) -> bytes:
        self.drawn += 1
        return self.draw(f"salt {self.drawn}")

    def key(self, what: str, name: str, algorithm: Algorithm = Algorithm.ED25519) -> SigningKey:
        return SigningKey.from_seed(name, self.draw(f"{self.whose} key {what}"), algorithm)

    def bend[T](self, name: str, value: T) -> T:
        """The value, bent if the test asked for it."""
        bent: T = self.bends[name](value) if name in self.bends else value
        return bent

    def wait(self, ms: int) -> Ms:
        """Let time pass; the new time."""
        self.now += ms
        return Ms(self.now)

    def row(self, record: Any) -> Touched:
        """Write a record, under the salt of its row; what an entry says of it."""
        salt = self.rows[record.KIND, record.id][1] if (record.KIND, record.id) in self.rows else self.salt()
        self.rows[record.KIND, record.id] = (record, salt)
        return Touched(Slug(record.KIND), record.id, commitment.commit(record.KIND, salt, records.values_of(record)))

    def act(self, verb: Verb, who: str, *touched: Touched, **more: Any) -> int:
        """Log an act, and have it sequenced and cosigned ten seconds later. Its number."""
        self.wait(MINUTE_MS)
        processes = {"service": self.service, "signer": audit.SIGNER, "vault": audit.VAULT}
        role = Role.SERVICE if who in processes else ROLE.get(verb, Role.OFFENDER_MANAGER)
        actor = EntryActor((self.people | processes)[who], role, None, self.agency)
        entry = an_entry(verb, actor, *touched, at=Ms(self.now), case=self.case, **more)
        self.lines.append(Line(self.bend("entry", entry), self.salt()))
        if not self.late:
            self.sequence()
        return len(self.lines) - 1

    def sequence(self) -> None:
        """Put what is new into the log, in its order, and have it cosigned."""
        for number, line in enumerate(self.lines[self.sequenced :], self.sequenced):
            commit = audit.commit_of(line.entry, line.salt)
            self.previous = audit.record_of(self.case, number, self.previous, commit)
            line.index = self.log.append(self.previous)
        self.sequenced = len(self.lines)
        self.log.cosigned(self.now + 10_000)

    def orders(self) -> None:
        """An SHPO with two terms and a licence with one, recorded by one and confirmed by another."""
        self.act(Verb.CASE_OPENED, "recorder")
        for basis, offence in ((Basis.SHPO_SC, True), (Basis.LICENCE, False)):
            instrument = Instrument(
                id=self.id(),
                case=self.case,
                basis=basis,
                controller=self.agency,
                made_by="An invented court",
                reference="T86/0000",
                made_on="2026-01-15",
                convicted_on="2025-11-03" if offence else None,
                served_at=Ms(START - 30 * DAY_MS),
                effective_from=Ms(START - 30 * DAY_MS),
                offence_types=(Slug("contact_online"),),
                document=Digest(self.draw("page image").hex()),
                checked="against the sealed copy",
                requested_at=None if offence else Ms(START - 20 * DAY_MS),
                recorded_by=self.people["recorder"],
                ended_at=None,
                end_known_at=None,
            )
            self.act(Verb.INSTRUMENT_RECORDED, "recorder", self.row(self.bend("instrument", instrument)))
            for capability in (Capability.SITE, Capability.PHRASE) if offence else (Capability.SITE,):
                term = Term(
                    id=self.id(),
                    instrument=instrument.id,
                    effect=TermKind.PROHIBITION,
                    verbatim_text="The words of the order, which name a victim.",
                    person_text="Do not visit the listed sites.",
                    source_page=2,
                    capabilities=(capability,),
                    since=Ms(START - 30 * DAY_MS),
                    until=None if offence else Ms(START + 300 * DAY_MS),
                    recorded_by=self.people["recorder"],
                    confirmed_by=None,
                    confirmed_at=None,
                )
                self.act(Verb.TERM_RECORDED, "recorder", self.row(term))
                at = Ms(self.now + MINUTE_MS)
                term = replace(term, confirmed_by=self.people["confirmer"], confirmed_at=at)
                self.act(Verb.TERM_CONFIRMED, "confirmer", self.row(self.bend("term", term)))

    def all[T](self, cls: type[T]) -> list[T]:
        """The records of a class as they are now."""
        return [record for record, _ in self.rows.values() if isinstance(record, cls)]

    def authorise(self) -> None:
        """Lists signed, choices drafted and authorised, the notice served, the device enrolled."""
        for capability in DETECTING:
            document = ListDocument(
                id=self.id(),
                name=Versioned(f"{capability.value}-list@1"),
                agency=self.agency,
                capability=capability,
                bases=tuple(Basis),
                offence_types=(Slug("contact_online"),),
                sensitive=False,
                entries=Digest(self.draw("entries").hex()),
                valid=Period(Ms(START - DAY_MS), None),
            )
            signed = dsse.sign(self.bend("list", document), self.bend("list_key", self.keys["list"]))
            self.lists[layout.list_path(document.id, 1)] = signed
        terms = self.all(Term)
        choices = tuple(
            Choice(capability, tuple(sorted(t.id for t in terms if capability in t.capabilities)), (lst.id,), None)
            for capability, lst in zip(DETECTING, self.opened_lists(), strict=True)
        )
        deployment = records.DeploymentRecord(
            self.deployment, DeploymentState.AUTHORISED, self.people["drafter"], envelope.public_of(self.evidence), 14
        )
        self.agree(choices, self.row(deployment))
        served = Ms(self.now + MINUTE_MS)
        notice = NoticeRecord(
            self.id(), self.deployment, self.people["officer"], served, "by hand", "en", True, NOTHING
        )
        self.act(Verb.NOTICE_SERVED, "officer", self.row(self.bend("notice", notice)))
        self.enrol()

    def enrol(self) -> None:
        """The device's own keys, as its enrolment recorded them."""
        key, lists, account = self.keys["device"].public.vkey, envelope.public_of(self.evidence), self.draw("account")
        device = DeviceRecord(self.device, self.deployment, key, lists, Digest(account.hex()), Ms(self.now + MINUTE_MS))
        self.act(Verb.DEVICE_ENROLLED, "service", self.row(self.bend("enrolled", device)))

    def agree(self, choices: tuple[Choice, ...], *beside: Touched) -> None:
        """Draft and authorise these choices; what was drafted beside them."""
        draft = AuthorisationRecord(
            self.id(), self.deployment, choices, self.people["drafter"], None, None, None, None, None, None
        )
        self.act(Verb.DEPLOYMENT_DRAFTED, "drafter", *beside, self.row(draft))
        authorisation = replace(
            draft,
            authorised_by=self.people["authoriser"],
            authorised_at=Ms(self.now + MINUTE_MS),
            aim="To protect.",
            rational_link="It finds visits.",
            less_intrusive="Nothing lesser would.",
            fair_balance="It is fair.",
            review_by=Ms(self.now + 84 * DAY_MS),
        )
        self.act(Verb.DEPLOYMENT_AUTHORISED, "authoriser", self.row(self.bend("authorisation", authorisation)))

    def opened_lists(self) -> list[ListDocument]:
        """The list declarations, in the order of Capability."""
        return [dsse.peek(ListDocument, data) for data in self.lists.values()]
