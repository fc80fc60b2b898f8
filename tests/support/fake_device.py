"""A device that speaks the protocol with real keys: it keeps a journal, makes and signs batches, and checks the answers.

A simulator, not a mock: `core` alone makes all that it sends, as in a real agent. It uses none of the server's code. A test can make it
misbehave: it can replace every part of a request.
"""

import secrets
import time
from dataclasses import dataclass, field, replace
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.core.access.portal_access import DrawnWayIn, WayIn, proof_of
from offmon.core.authority.capability import Band
from offmon.core.authority.may_leave import event_time
from offmon.core.authority.profile import SCHEMA, Grant, Profile
from offmon.core.formats import beat, codec, dsse, envelope, event, httpsig, protocol
from offmon.core.formats.beat import Beat, DeviceState
from offmon.core.formats.event import DeviceNote, Gap, GapReason, NoteKind, NoteLeaf
from offmon.core.formats.journal import hash_of
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.protocol import Enrol, Enrolled
from offmon.core.ids import Digest, Id, Ms, Slug, Versioned
from offmon.core.log.tlog.merkle import root_of

RELEASE = Digest(sha256(b"a fake device's release").hexdigest())
BODY = event.Body("https://listed.invalid/page", "An invented page", "listed.invalid", None, None)


def now() -> Ms:
    """The machine's own clock: server and device of a test stand on one machine."""
    return Ms(time.time_ns() // 1_000_000)


def new_id() -> Id:
    return Id(secrets.token_hex(16))


@dataclass(frozen=True)
class Request:
    """One HTTP request, ready to be sent by whatever the test sends with."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def nonce(self) -> str:
        return httpsig.parse(self.headers["Signature-Input"]).nonce


@dataclass
class FakeDevice:
    """One device of one deployment, once `enrolled` says who it is. `server`: the address that it calls."""

    server: str
    signing: SigningKey = field(
        default_factory=lambda: SigningKey.from_seed(f"device/{secrets.token_hex(16)}", secrets.token_bytes(32))
    )
    opening: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    deployment: Id = field(default_factory=new_id)
    device: Id = field(default_factory=new_id)
    epoch: Id = field(default_factory=new_id)
    leaves: list[event.Leaf] = field(default_factory=list)
    digests: dict[int, Digest] = field(default_factory=dict)  # of the profiles that it holds, by version
    boot: Id = field(default_factory=new_id)  # of the agent's run
    offset: int = 0  # what corrects its clock, in milliseconds
    examined: int = 0  # when it examined the last page: no two at one time

    # --- requests -----------------------------------------------------------------------------------------------------

    def request(
        self, method: str, path: str, body: bytes, *, at: Ms | None = None, nonce: str | None = None
    ) -> Request:
        """A request signed now (or as if at `at`)."""
        message = httpsig.Message(method, self.server + path, body)
        headers = httpsig.sign(message, self.signing, now() if at is None else at, nonce or secrets.token_hex(16))
        return Request(method, path, body, headers | {"Content-Type": "application/json"})

    def enrol(self, secret: bytes, *, account: str = "account") -> Request:
        """Asks to be enrolled with the secret half of a code."""
        asked = Enrol(
            secret=secret,
            device_key=self.signing.public.vkey,
            list_key=envelope.public_of(self.opening),
            schema=SCHEMA,
            release=RELEASE,
            account=Digest(sha256(account.encode()).hexdigest()),
        )
        return self.request("POST", protocol.ENROL_PATH, codec.dump(asked))

    def enrolled(self, answer: bytes) -> Enrolled:
        told = codec.load(Enrolled, answer, max_size=protocol.MAX_ANSWER)
        self.deployment, self.device = told.deployment, told.device
        return told

    def ask_profile(self) -> Request:
        return self.request("GET", protocol.PROFILE_PATH, b"")

    def draw(self, way_in: WayIn, *, at: Ms | None = None) -> bytes:
        """What it signs of a way in that its person drew now (or at `at`)."""
        return dsse.sign(DrawnWayIn(self.device, now() if at is None else at, proof_of(way_in)), self.signing)

    def ask_way_in(self, drawn: bytes) -> Request:
        """Asks the agency to keep it."""
        return self.request("POST", protocol.WAY_IN_PATH, drawn)

    def send(self, first: int = 0, until: int | None = None, *, at: Ms | None = None) -> Request:
        """Sends leaves `[first, until)` of the journal (all that follow, where `until` is None)."""
        return self.request("POST", protocol.BATCHES_PATH, codec.dump(self.batch(first, until)), at=at)

    def heartbeat(self) -> Request:
        """Sends a checkpoint and nothing new."""
        return self.send(len(self.leaves))

    def beat(
        self, keys: Digest, *, at: Ms | None = None, log_checkpoint: str | None = None, **changed: object
    ) -> Request:
        """A short heartbeat: of the state that it has, or as `changed` says. `keys`: of the agency's newest statement."""
        root = Digest(root_of(hash_of(leaf) for leaf in self.leaves).hex())
        profile = self.digests.get(max(self.digests, default=0))
        true = DeviceState(self.device, self.epoch, len(self.leaves), root, self.boot, keys, profile, log_checkpoint)
        state = replace(true, **changed)  # type: ignore[arg-type]  # the test says what
        said = Beat(now() if at is None else at, self.offset, state.digest, self.signing.public.keyid)
        body = beat.sign(said, self.server + protocol.BEATS_PATH, self.signing)
        return Request("POST", protocol.BEATS_PATH, body, {})

    # --- the journal --------------------------------------------------------------------------------------------------

    def batch(self, first: int = 0, until: int | None = None) -> event.Batch:
        """Leaves `[first, until)` with the checkpoint that covers them."""
        end = len(self.leaves) if until is None else until
        return event.Batch(self.device, self.epoch, first, tuple(self.leaves[first:end]), self.checkpoint(end))

    def checkpoint(self, size: int, **changed: object) -> bytes:
        """The signed commitment to the first `size` leaves; any field can be given otherwise."""
        root = Digest(root_of(hash_of(leaf) for leaf in self.leaves[:size]).hex())
        true = event.DeviceCheckpoint(self.device, self.epoch, size, root, now(), self.offset, self.boot, RELEASE)
        return dsse.sign(replace(true, **changed), self.signing)  # type: ignore[arg-type]  # the test says what

    def disclose(
        self, profile: Profile, *, body: event.Body = BODY, of: dict[str, object] | None = None, **claimed: object
    ) -> int:
        """Adds a disclosure under the profile's first grant; `claimed` changes its claim, `of` its envelope. Its number."""
        grant = profile.grants[0]
        self.examined = Ms(max(now(), self.examined + 1))
        claim = replace(claim_of(grant, now()), captured_at=self.examined)
        claim = replace(claim, **claimed)  # type: ignore[arg-type]  # the test says what
        if "terms" not in claimed:
            claim = replace(claim, terms=grant.terms_at(event_time(claim)))
        n = len(self.leaves)
        salt = secrets.token_bytes(32)
        clear = event.Envelope(
            deployment=self.deployment,
            device=self.device,
            epoch=self.epoch,
            n=n,
            profile=self.digests.get(profile.version, Digest("0" * 64)),
            profile_version=profile.version,
            content_commit=envelope.content_commit(body, salt),
            claim=claim,
        )
        clear = replace(clear, **(of or {}))  # type: ignore[arg-type]  # the test says what
        enclosed = envelope.enclose(envelope.Enclosed(salt, body), profile.evidence_key, envelope.place_of(clear))
        self.leaves.append(event.DisclosureLeaf(clear, secrets.token_bytes(32), enclosed))
        return n

    def note(self, kind: NoteKind = NoteKind.STARTED, term: Id | None = None, at: Ms | None = None) -> int:
        n = len(self.leaves)
        said = DeviceNote(self.device, self.epoch, n, kind, at or now(), None, term)
        self.leaves.append(NoteLeaf(said, secrets.token_bytes(32)))
        return n

    def gap(self, reason: GapReason = GapReason.AGENT_DOWN, *, last: "tuple[Id, int] | None" = None) -> int:
        n = len(self.leaves)
        epoch, size = last or (None, None)
        gap = Gap(self.device, self.epoch, n, reason, Ms(now() - 1000), now(), None, epoch, size)
        self.leaves.append(event.GapLeaf(gap, secrets.token_bytes(32)))
        return n

    def begin_epoch(self, *, last: "tuple[Id, int] | None" = None) -> None:
        """Closes the epoch and begins another, whose first leaf names the head of the one before (or what `last` says)."""
        head = last or (self.epoch, len(self.leaves))
        self.epoch, self.leaves = new_id(), []
        self.gap(GapReason.NEW_EPOCH, last=head)

    def hold(self, profile: Profile, signed: bytes) -> None:
        """Take a signed profile, to disclose under it."""
        self.digests[profile.version] = dsse.digest_of(signed)

    def clone(self) -> "FakeDevice":
        """The same disk twice: same keys, same journal so far, and from here on its own way."""
        return replace(self, leaves=list(self.leaves), digests=dict(self.digests))


def claim_of(grant: Grant, at: Ms) -> event.Claim:
    """What a device claims of a finding under that grant at that time, by a clock that is right."""
    return event.Claim(
        kind=grant.kind,
        grant=grant.id,
        terms=grant.terms_at(at),
        detector=Versioned("sites@1"),
        list=grant.lists[0],
        rule=Slug("host"),
        band=Band.EXACT,
        gravity=event.Gravity.HIGH,
        origin=event.Origin.TYPED,
        event_at=at,
        captured_at=at,
        clock_offset_ms=0,
    )
