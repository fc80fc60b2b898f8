"""An agency with real keys and no database: what a device trusts, receives and sends its disclosures to.

After python-tuf's repository simulator: a test changes one thing of an honest agency and shows that the device refuses it.
"""

import secrets
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.agent.profiles import Identity
from offmon.core import clock
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import CAPABILITIES, Capability, Purpose
from offmon.core.authority.lists import Exclusions, ListDocument, ListEntries, ListEntry, entries_digest
from offmon.core.authority.profile import SCHEMA, Grant, HpkeKey, ListRef, Profile, TermPeriod
from offmon.core.authority.protected_contacts import ProtectedContact, ProtectedContacts
from offmon.core.clock import Period
from offmon.core.formats import codec, dsse, envelope
from offmon.core.formats.event import Gravity
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.protocol import Enrolled, ProfileUpdate, contacts_place, list_place
from offmon.core.formats.trust import KeyRole, KeysDocument, ListedKey, walk
from offmon.core.ids import Digest, Id, Ms, Origin, Slug, Versioned, VKey

ORIGIN = Origin("log.invalid/86")
EXCLUSIONS = Exclusions(Versioned("exclusions@1"), ("helpline.example",), ("crisis line",))
INGEST = "https://ingest.invalid"
SITES = (
    ListEntry(Slug("listed-1"), "listed.example", Gravity.HIGH),
    ListEntry(Slug("forum-1"), "big.example/forum", Gravity.STANDARD),
)
PHRASES = (ListEntry(Slug("phrase-1"), "purple elephant", Gravity.STANDARD),)


def new_id() -> Id:
    return Id(secrets.token_hex(16))


def new_key(name: str) -> SigningKey:
    return SigningKey.from_seed(f"force.invalid/86/{name}", secrets.token_bytes(32))


@dataclass(frozen=True)
class SignedList:
    """A list as the agency keeps it: the signed declaration and the entries in clear."""

    document: ListDocument
    signed: bytes
    entries: bytes

    @property
    def ref(self) -> ListRef:
        return ListRef(self.document.id, self.document.name, dsse.digest_of(self.signed))


@dataclass
class FakeAgency:
    """One agency with one deployment and one device. `now` is its own clock."""

    now: Ms
    agency: Id = field(default_factory=new_id)
    deployment: Id = field(default_factory=new_id)
    device: Id = field(default_factory=new_id)
    case: Id = field(default_factory=new_id)
    term: Id = field(default_factory=new_id)
    root: SigningKey = field(default_factory=lambda: new_key("root"))
    keys: dict[KeyRole, SigningKey] = field(default_factory=lambda: {role: new_key(role.value) for role in KeyRole})
    evidence: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    device_key: VKey = field(default_factory=lambda: VKey(""))
    list_key: HpkeKey = field(default_factory=lambda: HpkeKey(1, b""))
    statements: tuple[bytes, ...] = ()
    profile: bytes | None = None
    exclusions: bytes = b""
    lists: tuple[SignedList, ...] = ()
    contacts: bytes | None = None

    def __post_init__(self) -> None:
        self.exclusions = dsse.sign(EXCLUSIONS, self.keys[KeyRole.LIST])
        self.lists = (self.sign_list(Capability.SITE, SITES),)
        self.publish_keys()

    def identity(self) -> Identity:
        """What the device holds of itself and of this agency, with new keys, which the agency knows."""
        opening = X25519PrivateKey.generate()
        self.device_key, self.list_key = new_key("device").public.vkey, envelope.public_of(opening)
        return Identity(self.agency, self.deployment, self.device, self.root.public, self.device_key, opening)

    def publish_keys(self, **changes: object) -> None:
        """One more Keys statement, honest but for `changes`."""
        ring = walk(self.statements, [self.root.public]) if self.statements else None
        forever = Period(Ms(0), None)
        honest = KeysDocument(
            agency=self.agency,
            version=ring.version + 1 if ring else 1,
            previous=ring.newest if ring else None,
            period=Period(Ms(self.now - clock.DAY_MS), Ms(self.now + 300 * clock.DAY_MS)),
            keys=tuple(ListedKey(role, key.public.vkey, forever) for role, key in self.keys.items()),
            next_root=None,
        )
        self.statements += (dsse.sign(replace(honest, **changes), self.root),)  # type: ignore[arg-type]

    def enrolled(self) -> Enrolled:
        return Enrolled(self.agency, self.deployment, self.device, self.root.public.vkey, self.statements, ORIGIN)

    def sign_list(self, capability: Capability, looks_for: tuple[ListEntry, ...], **changes: object) -> SignedList:
        list_id, name = new_id(), Versioned(f"{capability.value}-list@1")
        data = codec.dump(ListEntries(list_id, name, looks_for))
        document = ListDocument(
            id=list_id,
            name=name,
            agency=self.agency,
            capability=capability,
            bases=(Basis.SHPO_SC,),
            offence_types=(Slug("sexual"),),
            sensitive=False,
            entries=entries_digest(data),
            valid=Period(Ms(0), None),
        )
        document = replace(document, **changes)  # type: ignore[arg-type]
        return SignedList(document, dsse.sign(document, self.keys[KeyRole.LIST]), data)

    def grant(self, held: SignedList) -> Grant:
        return Grant(
            kind=held.document.capability,
            id=new_id(),
            terms=(TermPeriod(self.term, Period(Ms(0), None)),),
            purpose=Purpose.SUPERVISION,
            fields=CAPABILITIES[held.document.capability].fields,
            lists=(held.ref,),
        )

    def next_profile(self, **changes: object) -> Profile:
        """The profile after the present one, honest but for `changes`; not yet signed or issued."""
        before = None if self.profile is None else dsse.peek(Profile, self.profile)
        honest = Profile(
            schema=SCHEMA,
            agency=self.agency,
            case=self.case,
            deployment=self.deployment,
            device=self.device,
            device_key=self.device_key,
            list_key=self.list_key,
            evidence_key=envelope.public_of(self.evidence),
            version=before.version + 1 if before else 1,
            previous=None if self.profile is None else dsse.digest_of(self.profile),
            lease=Period(Ms(self.now - clock.HOUR_MS), Ms(self.now + 7 * clock.DAY_MS)),
            grants=before.grants if before else tuple(map(self.grant, self.lists)),
            exclusions=dsse.digest_of(self.exclusions),
            person_texts=(),
            controllers=(),
            delay_days=14,
            log_origin=ORIGIN,
            ingest=INGEST,
        )
        return replace(honest, **changes)  # type: ignore[arg-type]

    def issue(self, **changes: object) -> Profile:
        profile = self.next_profile(**changes)
        self.profile = dsse.sign(profile, self.keys[KeyRole.PROFILE])
        return profile

    def update(self) -> ProfileUpdate:
        """What the device is told when it asks."""
        if self.profile is None:
            return ProfileUpdate(self.statements, None, None, (), ())
        return ProfileUpdate(
            self.statements,
            self.profile,
            self.exclusions,
            tuple(held.signed for held in self.lists),
            tuple(self.enclose(held) for held in self.lists),
            None if self.contacts is None else self.enclose_contacts(self.contacts),
        )

    def protect(self, *contacts: ProtectedContact, **changes: object) -> Digest:
        """Sign these as the person's protected contacts; the digest, for a profile to name."""
        honest = ProtectedContacts(self.agency, self.deployment, 1, secrets.token_bytes(16), contacts)
        self.contacts = dsse.sign(replace(honest, **changes), self.keys[KeyRole.LIST])  # type: ignore[arg-type]
        return dsse.digest_of(self.contacts)

    def enclose_contacts(self, signed: bytes) -> bytes:
        """Protected contacts, to the device's list key."""
        return envelope.seal_bytes(signed, self.list_key, contacts_place(self.device, dsse.digest_of(signed)))

    def enclose(self, held: SignedList) -> bytes:
        """A list's entries, to the device's list key."""
        return envelope.seal_bytes(held.entries, self.list_key, list_place(self.device, Digest(held.ref.digest)))
