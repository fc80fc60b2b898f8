"""What passes along the thread, from a raw fact on the device to a receipt (design §1; formats §5, §6).

Rules
- An `Observation` and a `Finding` live in memory only. They have no document form: `codec` refuses them, and they do not pickle.
- Only `decide` makes a `Disclosure`, and the outbox takes nothing else. `Envelope` (clear, a closed list) and `Body` (enclosed) are all
  that can leave a device. A new field of either is a new document type and a line in the data inventory.
- `event_at` is the device's own clock, raw. `clock_offset_ms` is the correction from the last signed time.
- A leaf is a disclosure, a gap or a note. The device forgets a disclosure once its receipt came. To an agency that lost it, the device can
  then send only what its hash is made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.authority.capability import Band, Capability
from offmon.core.authority.profile import ListRef
from offmon.core.formats import dsse
from offmon.core.formats.codec import MemoryOnly
from offmon.core.ids import Count, Digest, Id, Ms, Slug, Versioned


class PageClass(StrEnum):
    """What kind of page it is, as far as is *positively* established. Text is read only from READABLE (R-LEG-30)."""

    READABLE = "readable"
    MESSAGE = "message"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """How the page came to be open: what the person did, or did not do."""

    TYPED = "typed"
    LINK = "link"
    OPENED_BY_PAGE = "opened_by_page"
    RELOAD = "reload"
    BACKGROUND = "background"
    UNKNOWN = "unknown"


class Gravity(StrEnum):
    """How grave, and so how soon someone must look. Set by the list, not by the machine."""

    URGENT = "urgent"
    HIGH = "high"
    STANDARD = "standard"


GRAVEST: Final = (Gravity.URGENT, Gravity.HIGH, Gravity.STANDARD)


def graver(one: Gravity, other: Gravity) -> Gravity:
    """The graver of two."""
    return min(one, other, key=GRAVEST.index)


@dataclass(frozen=True, slots=True, repr=False)
class Observation(MemoryOnly):
    """A raw fact from a source: a page that was open in the person's own account. `text` None: it was not read."""

    at: Ms
    url: str
    title: str
    page_class: PageClass
    text: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Claim:
    """What a disclosure says in clear, before it has a place in a journal."""

    kind: Capability
    grant: Id
    terms: tuple[Id, ...]
    detector: Versioned
    list: ListRef
    rule: Slug
    band: Band
    gravity: Gravity
    origin: Origin
    event_at: Ms
    captured_at: Ms
    clock_offset_ms: int


@dataclass(frozen=True, slots=True, repr=False)
class Body:
    """What a disclosure says enclosed. Each field present, None where the grant does not let it leave or there is none.

    It has a document form, since it is enclosed, but shows nothing of itself in a log or a traceback.
    """

    TYPE: ClassVar[str] = "offmon/body@1"

    url: str | None
    title: str | None
    matched_entry: str | None
    context_before: str | None
    context_after: str | None

    def __repr__(self) -> str:
        return "<Body: shown by the vault only>"


@dataclass(frozen=True, slots=True, repr=False)
class Finding(MemoryOnly):
    """What a detector says, with its version. Not yet allowed to leave; most findings never are."""

    kind: Capability
    detector: Versioned
    list: ListRef
    rule: Slug
    band: Band
    gravity: Gravity
    origin: Origin
    event_at: Ms
    captured_at: Ms
    clock_offset_ms: int
    body: Body


@dataclass(frozen=True, slots=True, repr=False)
class Disclosure(MemoryOnly):
    """What may leave: made by `decide` only. In memory until the outbox encloses it."""

    claim: Claim
    body: Body


@dataclass(frozen=True, slots=True)
class Envelope:
    """A claim with its place in a device's journal: the clear part, a closed list. Personal data, never in a log."""

    TYPE: ClassVar[str] = "offmon/envelope@1"

    deployment: Id
    device: Id
    epoch: Id
    n: Count
    profile: Digest
    profile_version: Count
    content_commit: Digest
    claim: Claim


class GapReason(StrEnum):
    """Why there is no coverage. Whose doing it was: `core/person/gap_class` (R-RGT-17)."""

    AGENT_DOWN = "agent_down"
    NOT_VISIBLE = "not_visible"
    SOURCE_DOWN = "source_down"
    NO_PROFILE = "no_profile"
    CLOCK = "clock"
    QUARANTINED = "quarantined"
    STORE_DAMAGED = "store_damaged"
    NEW_EPOCH = "new_epoch"
    QUEUE_FULL = "queue_full"


@dataclass(frozen=True, slots=True)
class Gap:
    """A declared hole in coverage, device time. `lost` is how many things are known to be lost, where that is known.

    `last_epoch` and `last_size` name the last known head of the journal before (NEW_EPOCH only).
    """

    TYPE: ClassVar[str] = "offmon/gap@1"

    device: Id
    epoch: Id
    n: Count
    reason: GapReason
    since: Ms
    until: Ms
    lost: Count | None
    last_epoch: Id | None
    last_size: Count | None


class NoteKind(StrEnum):
    """What a device says of itself, closed. MARKER: the page that shows that monitoring works was open there.

    WITHDRAWN: the agent was removed. HISTORY_OPENED: the kept history was shown at a visit. HISTORY_ERASED: all of it is erased.
    AGREEMENT_WITHDRAWN: the person withdrew at the device what they had agreed to. SLEPT: the device was suspended, and woke.
    """

    STARTED = "started"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    PURGED = "purged"
    MARKER = "marker"
    HISTORY_OPENED = "history_opened"
    HISTORY_ERASED = "history_erased"
    SLEPT = "slept"
    AGREEMENT_WITHDRAWN = "agreement_withdrawn"


@dataclass(frozen=True, slots=True)
class DeviceNote:
    """A device's note of its own life. `count` with PURGED: how many bodies were removed before they could be delivered.

    With HISTORY_OPENED and HISTORY_ERASED: how many entries the kept history had. With STARTED, after an earlier run: how many seconds the
    machine had been on. With SLEPT: how many seconds it slept before `at`.

    `term` with AGREEMENT_WITHDRAWN: which item.
    """

    TYPE: ClassVar[str] = "offmon/note@2"
    EARLIER: ClassVar[Mapping[str, frozenset[str]]] = {"offmon/note@1": frozenset({"term"})}
    HASHED: ClassVar[bool] = True

    device: Id
    epoch: Id
    n: Count
    note: NoteKind
    at: Ms
    count: Count | None
    term: Id | None = None


@dataclass(frozen=True, slots=True)
class DisclosureLeaf:
    """A disclosure as it is kept and sent: envelope, the envelope's salt, and the enclosed body."""

    KIND: ClassVar[str] = "disclosure"

    envelope: Envelope
    salt: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class GapLeaf:
    """A gap as it is kept and sent."""

    KIND: ClassVar[str] = "gap"

    gap: Gap
    salt: bytes


@dataclass(frozen=True, slots=True)
class NoteLeaf:
    """A note as it is kept and sent."""

    KIND: ClassVar[str] = "note"

    note: DeviceNote
    salt: bytes


@dataclass(frozen=True, slots=True)
class ForgottenLeaf:
    """A disclosure that the agency had received and the device therefore forgot: what its leaf hash is made of, and no content."""

    KIND: ClassVar[str] = "forgotten"

    device: Id
    epoch: Id
    n: Count
    commit: Digest
    ciphertext: Digest


type Leaf = DisclosureLeaf | GapLeaf | NoteLeaf
type Sent = DisclosureLeaf | GapLeaf | NoteLeaf | ForgottenLeaf

HEARTBEAT_MS: Final = 5 * clock.MINUTE_MS
"""How often a device that is on and connected is heard, whatever it finds. All that rests on it follows from this line."""


@dataclass(frozen=True, slots=True)
class DeviceCheckpoint(dsse.Document):
    """What the device commits to, signed with the key that its profile names. A heartbeat is one without a new leaf."""

    TYPE: ClassVar[str] = "offmon/device-checkpoint@1"

    device: Id
    epoch: Id
    size: Count
    root: Digest
    at: Ms
    clock_offset_ms: int
    boot: Id
    release: Digest


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """That the agency had a whole batch before: its own signed receipt, and the proof (RFC 6962 §2.1.2) that the receipt's journal, of
    its size and root, begins with the batch's.
    """

    receipt: bytes
    proof: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Leaves `first … first + len(leaves) - 1` of one epoch, and the signed checkpoint that covers them.

    `acknowledged` comes with forgotten leaves, and with nothing else.
    """

    TYPE: ClassVar[str] = "offmon/batch@1"

    device: Id
    epoch: Id
    first: Count
    leaves: tuple[Sent, ...]
    checkpoint: bytes
    acknowledged: Acknowledged | None = None


@dataclass(frozen=True, slots=True)
class RefusedLeaf:
    """A leaf that intake kept as a hash only, and why."""

    n: Count
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt(dsse.Document):
    """What the agency has received, signed by the receipt key, which signs receipts and time and nothing else.

    `nonce` is the request's own; `log_checkpoint` the day's cosigned checkpoint of the agency's log (a signed note), if there is one.
    """

    TYPE: ClassVar[str] = "offmon/receipt@1"

    device: Id
    epoch: Id
    size: Count
    root: Digest
    refused: tuple[RefusedLeaf, ...]
    nonce: str
    at: Ms
    log_checkpoint: str | None
