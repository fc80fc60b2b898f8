"""Columns and constraints of evidence: the request rows by which a body may be opened, and the exhibits made of them (design §5).

Rules
- One person asks for a reveal, of one leaf of one alert, with a reason. It is used once: the vault's own entry carries its id.
- `asked_in` is the session of that request. Like those of `base/sessions.py` it is no field of the record.
- The producer asks for an exhibit and the vault seals it. Constraints make each link of its continuity follow the one before.
- One person asks for an export and another approves it, by constraint too. Its bundle stays enclosed until it is ready.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from offmon.core.access.roles import Permission
from offmon.core.alerts import exhibit as exhibits
from offmon.core.errors import Malformed
from offmon.core.formats import codec
from offmon.core.formats.canon import decode, encode
from offmon.core.ids import Id
from offmon.core.log import records
from offmon.core.states import ExportState
from offmon.server.base.fields import (
    BytesField,
    DigestField,
    EnumField,
    IdField,
    IntField,
    MsField,
    TextField,
    TextsField,
    reference,
)
from offmon.server.base.rows import CaseRow, RecordRow, projects
from offmon.server.base.sessions import SecondPerson, TwoSittings, agreed_in_another, waiting_index

MAX_WITHHELD: Final = 4 << 20
_SEALED = ("content", "seal", "key", "ciphertext", "sealed_at")


def write_withheld(withheld: Sequence[records.WithheldDisclosure]) -> bytes:
    """What a bundle withholds by name, as it lies in the row."""
    return encode([codec.to_doc(one) for one in withheld])


def _withheld(row: "Export") -> tuple[records.WithheldDisclosure, ...]:
    docs = decode(row.withheld, max_size=MAX_WITHHELD)
    if not isinstance(docs, list):
        raise Malformed("bad-withheld", "What this bundle withholds cannot be read. Request a new bundle.")
    return tuple(codec.from_doc(records.WithheldDisclosure, doc) for doc in docs)


def _place(row: "Reveal | Exhibit") -> records.LeafPlace:
    return records.LeafPlace(row.device, row.epoch, row.n)


class Reveal(RecordRow):
    """A request to open what was sent of one page load: of `leaf` and, of the same page, `others`."""

    KIND = records.RevealRecord.KIND
    core: ClassVar = projects(records.RevealRecord, leaf=_place, others=lambda row: tuple(map(Id, row.others)))

    alert = IdField()
    leaf = IdField()
    device = IdField()
    epoch = IdField()
    n = IntField()
    others = TextsField(default=list)
    asked_by = IdField()
    asked_at = MsField()
    asked_in = IdField(null=True)
    reason = TextField()

    class Meta:
        """By whom and when, to say how much somebody has seen of late."""

        indexes: ClassVar = [models.Index(fields=["asked_by", "asked_at"], name="reveal_by_whom")]


class RevealUse(CaseRow):
    """That a reveal was used, once: written by the vault in the transaction of its own entry."""

    KIND = "reveal-use"
    COMMITS = ("reveal",)

    reveal = IdField(unique=True)


class Exhibit(RecordRow):
    """A disclosure as an exhibit. `ciphertext`: body and salt, enclosed to the exhibit's own key; `seal` is its digest."""

    KIND = exhibits.ExhibitRecord.KIND
    core: ClassVar = projects(exhibits.ExhibitRecord, leaf=_place)

    alert = IdField()
    leaf = IdField()
    device = IdField()
    epoch = IdField()
    n = IntField()
    initials = TextField()
    number = IntField()
    producer = IdField()
    oic = IdField()
    asked_at = MsField()
    asked_in = IdField(null=True)
    reason = TextField()
    content = DigestField(null=True)
    seal = DigestField(null=True)
    key = BytesField(null=True)
    ciphertext = BytesField(null=True)
    sealed_at = MsField(null=True)

    class Meta:
        """A reference is given once in a case; a disclosure is sealed once, and whole (R-EVD-6).

        That initials are one person's is a foreign key, which Django cannot say: `exhibit_initials_are_one_persons` in the migration.
        """

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "initials", "number"], name="exhibit_one_a_reference"),
            models.UniqueConstraint(fields=["case", "initials", "number", "producer"], name="exhibit_pointed_at"),
            models.UniqueConstraint(fields=["leaf"], name="exhibit_one_a_leaf"),
            models.CheckConstraint(
                condition=Q(**dict.fromkeys(_SEALED)) | Q(**{f"{name}__isnull": False for name in _SEALED}),
                name="exhibit_sealed_whole",
            ),
        ]


class Custody(RecordRow):
    """One link of an exhibit's continuity. The constraint `custody_follows_on` (in the migration) ties it to the link before it."""

    KIND = exhibits.CustodyRecord.KIND
    core: ClassVar = projects(exhibits.CustodyRecord)

    exhibit = reference("evidence.Exhibit")
    exhibit_id: Id
    number = IntField()
    since = MsField()
    previous_number = IntField(null=True)
    previous_since = MsField(null=True)
    place = TextField()
    given_by = IdField()
    held_by = IdField()
    reason = TextField()
    seal = DigestField()

    class Meta:
        """The first, or later than the one before it, which it names: so no time is left out and none is told twice (R-EVD-7)."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["exhibit", "number"], name="custody_one_of_a_number"),
            models.UniqueConstraint(fields=["exhibit", "number", "since", "held_by"], name="custody_pointed_at"),
            models.CheckConstraint(
                condition=Q(number=0, previous_number=None, previous_since=None)
                | Q(
                    number__gt=0,
                    previous_number__isnull=False,
                    previous_since__isnull=False,
                    previous_number=F("number") - 1,
                    since__gt=F("previous_since"),
                ),
                name="custody_begins_or_follows",
            ),
        ]


class Export(TwoSittings, RecordRow):
    """A bundle for a recipient. Its payload lies enclosed (`EnclosedPayload`) until it is downloaded through the vault.

    `withheld` is canonical JSON of a list.
    """

    KIND = records.ExportRecord.KIND
    core: ClassVar = projects(records.ExportRecord, withheld=_withheld)
    SECOND = SecondPerson(
        Permission.EXPORT_APPROVE,
        *("asked_by", "asked_at", "approved_by"),
        refusal="refused_reason",
        due=lambda _at: Q(state=ExportState.BUILT.value),
    )

    state = EnumField(ExportState, default=ExportState.ASKED)
    asked_by = IdField()
    asked_at = MsField()
    reason = TextField()
    recipient = TextField()
    opened_since = MsField()
    opened_until = MsField()
    manifest = DigestField(null=True)
    approved_by = IdField(null=True)
    approved_at = MsField(null=True)
    refused_by = IdField(null=True)
    refused_at = MsField(null=True)
    refused_reason = TextField(null=True)
    alerts = TextsField(default=list)
    exhibits = TextsField(default=list)
    closed_reason = TextField(null=True)
    withheld = BytesField(default=b"[]")

    class Meta:
        """Approved, or refused with a reason, by another than who asked (design §5)."""

        indexes: ClassVar = [waiting_index("export_waits", agreed_by="approved_by")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | (
                    Q(approved_by__isnull=False, approved_at__isnull=False, manifest__isnull=False)
                    & Q(asked_by__isnull=False)
                    & ~Q(approved_by=F("asked_by"))
                ),
                name="export_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(refused_by=None, refused_at=None, refused_reason=None)
                | (
                    Q(refused_by__isnull=False, refused_at__isnull=False, refused_reason__isnull=False)
                    & Q(refused_reason__gt="", approved_by=None, asked_by__isnull=False)
                    & ~Q(refused_by=F("asked_by"))
                ),
                name="export_refused_by_another",
            ),
            agreed_in_another("export_in_another_sitting", agreed_by="approved_by"),
        ]


class EnclosedPayload(CaseRow):
    """A built payload, enclosed: what the approver's manifest digest is of. Written by the vault, read by the vault.

    `under`: the deployments whose keys it takes to open it, beside the vault's own.
    """

    KIND = "enclosed-payload"
    BULKY = ("ciphertext",)
    COMMITS = ("export", "last", "under")

    export = IdField(unique=True)
    last = IntField()
    ciphertext = BytesField()
    under = TextsField()
