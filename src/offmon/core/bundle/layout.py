"""What a bundle holds, and where (docs/specs/bundle.md; formats §8, §9; BagIt RFC 8493).

Rules
- A bundle is one ZIP that holds one BagIt bag. `data/` is the payload, and the export entry commits to its manifest. Files outside `data/`
  (tag files) follow from the payload or carry a signature, and need no trust of their own.
- A *record* shows each field with its salt, or withholds it with its ground. A field in neither list means a forged record.
- The newest case log entry that touched a record names its commitment, which ties it to the log.
- Every number of every epoch and of the case log is accounted for. A journal row says in one word what became of its leaf.
- Nothing in a bundle is a root of trust. Its keys count only as far as the reader's own trust file leads to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core.clock import Period
from offmon.core.errors import Malformed
from offmon.core.formats import commitment
from offmon.core.formats.canon import Json, encode
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import Envelope, GapLeaf, NoteLeaf
from offmon.core.ids import Count, Digest, FieldName, Id, Ms, Origin, Slug, VKey

FOLDER: Final = "offmon-bundle/"  # RFC 8493 §4: a serialised bag lies in one folder
DECLARATION: Final = "bagit.txt"
INFO: Final = "bag-info.txt"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
INDEX: Final = "data/bundle.json"
REPORT: Final = "data/report.html"
RUN: Final = "data/run.json"
TAIL: Final = "tail.json"


def keys_path(version: int) -> str:
    """A signed Keys statement."""
    return f"data/keys/{version}.json"


def list_path(list_id: Id, version: int) -> str:
    """A signed list declaration."""
    return f"data/lists/{list_id}-{version}.json"


def profile_path(device: Id, version: int) -> str:
    """A signed profile."""
    return f"data/profiles/{device}/{version}.json"


def journal_path(device: Id, epoch: Id) -> str:
    """One epoch of one device."""
    return f"data/journal/{device}/{epoch}.json"


def item_path(device: Id, epoch: Id, n: int) -> str:
    """One shown disclosure."""
    return f"data/items/{device}/{epoch}/{n}.json"


def record_path(kind: str, record: Id) -> str:
    """One record of the case; `kind` is that of its class in `records` or `order`, and the `table` of the entries that touched it."""
    return f"data/records/{kind}/{record}.json"


def proof_path(number: int) -> str:
    """The inclusion of run entry `number` in a cosigned checkpoint near its own time (C2SP tlog-proof). A tag file."""
    return f"proofs/{number}.tlog-proof"


def earlier_path(size: int) -> str:
    """A cosigned checkpoint of `size` entries that the agency once showed, as on a paper notice. A tag file."""
    return f"since/{size}.checkpoint"


def since_path(size: int) -> str:
    """That the export's log begins with the one of `size` entries: what a witness would be sent (C2SP tlog-witness). A tag file."""
    return f"since/{size}.proof"


class BundleKind(StrEnum):
    """What a bundle is for."""

    COURT = "court"


class Limit(StrEnum):
    """What a bundle cannot show; each is spelled out in the report. The first is always there (design §6)."""

    NOT_WHO = "shows-a-device-account-not-a-person"
    UNSEQUENCED = "until-sequenced-an-entry-rests-on-the-database"
    TWIN_RUN = "a-twin-run-from-the-start-shows-where-every-leaf-is-opened-not-here"
    FEEDER = "whoever-shares-the-account-can-feed-pages"


LIMITS: Final = {  # as the verifier says them; the report says them at more length
    Limit.NOT_WHO: "It shows that something in one account of one device produced this, not who did it.",
    Limit.UNSEQUENCED: "Until an entry was sequenced into the log, it rested on the agency's database.",
    Limit.TWIN_RUN: "A second run kept beside this one from its start is found by opening every leaf of the log, not by a bundle.",
    Limit.FEEDER: "Whoever shares the account holds the device's key, and can stop it, begin anew, or feed it pages.",
}

# Said of every bundle, an older one too. No `Limit`: an index that stated it would be refused by the verifiers that are out.
UNTOLD: Final = (
    "A device tells about once an hour what it did not cover: of the hour or so before the newest thing it"
    " said, a gap may be missing."
)


@dataclass(frozen=True, slots=True)
class Index:
    """`data/bundle.json`. `last` is the last number of the run that the payload holds; `opened` is the period whose content is opened.

    `root` is the agency's own word on its root key, for a reader who has only the fingerprint on paper. Nothing is checked by
    it; it is only shown if it began the chain of keys (`bundle.root`).
    """

    TYPE: ClassVar[str] = "offmon/bundle@1"

    kind: BundleKind
    agency: Id
    case: Id
    origin: Origin
    root: VKey
    export: Id
    made_at: Ms
    opened: Period
    last: Count
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class NamedField:
    """A field of a record: shown (salt and value) or withheld (ground). `value` counts only where `salt` is given."""

    name: FieldName
    digest: Digest
    salt: bytes | None
    ground: WithholdingGround | None


@dataclass(frozen=True, slots=True)
class Record:
    """A record's commitment, opened as far as it is shown. `values` holds the shown fields, as canonical JSON of an object."""

    TYPE: ClassVar[str] = "offmon/record@1"

    kind: str
    fields: tuple[NamedField, ...]
    values: bytes


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One number of the run: where it stands in the log, and the audit entry, as far as it is shown.

    It shows at least time, verb, operation, outcome, alert, decision and what it touched (see `opened`). `entry` None, with a `ground`, is
    an entry withheld whole: the form has room for that, and no such bundle is made or verifies (ADR 12).
    """

    number: Count
    index: Count
    commit: Digest
    entry: Record | None
    ground: WithholdingGround | None


@dataclass(frozen=True, slots=True)
class CaseRun:
    """A case's run, or a piece of one: whole from 0 in `data/run.json`, its continuation up to the export entry in `tail.json`."""

    TYPE: ClassVar[str] = "offmon/run@1"

    case: Id
    first: Count
    entries: tuple[RunEntry, ...]


class LeafAccount(StrEnum):
    """What became of a leaf. A gap or note is always shown, in its row."""

    SHOWN = "shown"
    WITHHELD = "withheld"
    REFUSED = "refused"
    ERASED = "erased"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class EpochRow:
    """One number of an epoch. `why`: the ground, the reason of refusal, the rule of erasure, or whose loss it was; `entry`: the run number
    of the erasure, or of the receipt that tells of the loss. `bundle.account` has the rules.
    """

    n: Count
    leaf: Slug
    commit: Digest
    ciphertext: Digest
    account: LeafAccount
    why: str | None
    entry: Count | None
    opened: GapLeaf | NoteLeaf | None


@dataclass(frozen=True, slots=True)
class EpochJournal:
    """One epoch, whole: every row from 0, and the device's newest signed checkpoint over exactly them."""

    TYPE: ClassVar[str] = "offmon/journal@1"

    device: Id
    epoch: Id
    rows: tuple[EpochRow, ...]
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class Item:
    """One shown disclosure: the envelope with its salt, and the body opened as far as it is shown."""

    TYPE: ClassVar[str] = "offmon/item@1"

    envelope: Envelope
    salt: bytes
    body: Record


def open_record(
    kind: str, salt: bytes, values: Mapping[str, Json], withheld: Mapping[str, WithholdingGround]
) -> Record:
    """A record as a bundle shows it, from its row: every field committed, the withheld ones without value and salt."""
    digests = commitment.digests_of(salt, values)
    named = tuple(
        NamedField(name, digests[name], None, withheld[name])
        if name in withheld
        else NamedField(name, digests[name], commitment.field_salt(salt, name), None)
        for name in sorted(values)
    )
    return Record(kind, named, encode({name: value for name, value in values.items() if name not in withheld}))


def commit_of(record: Record) -> Digest:
    """The commitment that a shown record amounts to. Raises Malformed where a name stands twice."""
    digests = {field.name: field.digest for field in record.fields}
    if len(digests) != len(record.fields):
        raise Malformed("field-twice", "A record names a field twice.")
    return commitment.commit_of(record.kind, digests)
