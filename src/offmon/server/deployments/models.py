"""Columns and constraints of deployments: from authorisation to a device that obeys a signed profile.

Rules
- Order: drafted → authorised by a second person → notice made and served → device enrolled (collects nothing) → profile signed → ACTIVE.
- Constraint and policy both require that one person drafts and another authorises (R-LEG-24). A profile begins as a *request row*.
- DeviceKey and EnrolmentCode are directory rows: ingest finds the agency by them before it has a scope. A device enrols by one code of its
  deployment: the database compares them and writes the DeviceKey itself (trigger `device_by_its_code`), so ingest alone can add neither.
"""

from hashlib import sha256
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core.access.roles import Permission
from offmon.core.authority.order import DeviceKind
from offmon.core.authority.profile import Choice
from offmon.core.authority.review import LATER_MS, ReviewOutcome, ReviewRecord
from offmon.core.authority.standstill import Why
from offmon.core.authority.visit import Access, Accounts, PasswordKeeper, Signature, Told
from offmon.core.errors import Malformed
from offmon.core.formats import commitment, dsse
from offmon.core.formats.canon import Json
from offmon.core.ids import Id, Slug
from offmon.core.log import records
from offmon.core.log.audit import Touched
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.base import sessions
from offmon.server.base.fields import (
    BoolField,
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
from offmon.server.base.rows import CaseRow, DirectoryRow, RecordRow, projects
from offmon.server.deployments.stored import read_choices, read_offered
from offmon.words.catalogue import Language

OWN = (Access.OWN_AGREED.value, Access.OWN_REQUIRED.value)


class Deployment(RecordRow):
    """One person's monitoring. `evidence_key` is the public half of a key whose private half only the vault holds.

    `key_destroyed_at`: from when on nobody opens what is enclosed to it, and no profile tells a device to. It is no field of the record.
    """

    KIND = records.DeploymentRecord.KIND
    core: ClassVar = projects(records.DeploymentRecord)

    state = EnumField(DeploymentState, default=DeploymentState.DRAFT)
    opened_by = IdField()
    evidence_key = BytesField(null=True)
    key_destroyed_at = MsField(null=True)
    delay_days = IntField()
    why = EnumField(Why, null=True)
    stopped_at = MsField(null=True)

    class Meta:
        """One deployment a case that is not ended; what stands still says why, and since when."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "case"], condition=~Q(state=DeploymentState.ENDED.value), name="deployment_one_live"
            ),
            models.CheckConstraint(
                condition=Q(why=None, stopped_at=None)
                | Q(why__isnull=False, stopped_at__isnull=False, state__in=["suspended", "ended"]),
                name="deployment_stopped_for_a_reason",
            ),
        ]


class Authorisation(sessions.Withdrawable, RecordRow):
    """The choices, who drafted them, who authorised them, and the four answers. `choices` is canonical JSON, and so is each of `offered`.

    Or who refused or withdrew them, and why: the entry of that act says so, and no field of the record.
    """

    KIND = records.AuthorisationRecord.KIND
    core: ClassVar = projects(
        records.AuthorisationRecord,
        choices=lambda row: read_choices(row.choices),
        offered=lambda row: read_offered(row.offered),
    )
    SECOND = sessions.SecondPerson(
        Permission.DEPLOYMENT_AUTHORISE,
        *("drafted_by", "begun_at", "authorised_by"),
        due=lambda _at: ~Q(deployment__state=DeploymentState.ENDED.value),
    )

    deployment = reference("deployments.Deployment", related_name="authorisations")
    deployment_id: Id
    choices = BytesField()
    drafted_by = IdField()
    begun_at = MsField()
    authorised_by = IdField(null=True)
    authorised_at = MsField(null=True)
    aim = TextField(null=True)
    rational_link = TextField(null=True)
    less_intrusive = TextField(null=True)
    fair_balance = TextField(null=True)
    review_by = MsField(null=True)
    offered = TextsField(default=list)
    reading = TextField(null=True)

    class Meta:
        """Authorised by another than who drafted, with every answer, or not at all (R-LEG-24)."""

        indexes: ClassVar = [sessions.waiting_index("authorisation_waits", agreed_by="authorised_by")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(authorised_by=None)
                | (
                    ~Q(authorised_by=F("drafted_by"))
                    & Q(
                        drafted_by__isnull=False,
                        authorised_at__isnull=False,
                        review_by__isnull=False,
                        review_by__gt=F("authorised_at"),
                        aim__isnull=False,
                        rational_link__isnull=False,
                        less_intrusive__isnull=False,
                        fair_balance__isnull=False,
                        aim__gt="",
                        rational_link__gt="",
                        less_intrusive__gt="",
                        fair_balance__gt="",
                    )
                ),
                name="authorised_by_another_with_answers",
            ),
            sessions.agreed_in_another("authorised_in_another_sitting", agreed_by="authorised_by"),
            sessions.refused_by_another(
                "draft_refused_by_another_with_reason", begun_by="drafted_by", agreed_by="authorised_by", marked=True
            ),
        ]

    @property
    def chosen(self) -> tuple[Choice, ...] | None:
        """The choices; None where they, or the settings that were offered, cannot be read."""
        try:
            read_offered(self.offered)
            return read_choices(self.choices)
        except Malformed:
            return None


class Review(RecordRow):
    """That somebody who may authorise looked at the monitoring again, and until when it goes on (R-LEG-23)."""

    KIND = ReviewRecord.KIND
    core: ClassVar = projects(ReviewRecord)

    authorisation = reference("deployments.Authorisation", related_name="reviews")
    authorisation_id: Id
    outcome = EnumField(ReviewOutcome)
    reasons = TextField()
    reviewed_by = IdField()
    reviewed_at = MsField()
    due = MsField()

    class Meta:
        """The next one is within six months, and one is put off once."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(due__gt=F("reviewed_at"), due__lte=F("reviewed_at") + LATER_MS, reasons__gt=""),
                name="review_within_six_months",
            ),
            models.UniqueConstraint(
                fields=["agency", "case", "authorisation"], condition=Q(outcome="put_off"), name="review_put_off_once"
            ),
        ]


class Notice(RecordRow):
    """A notice that was served (R-RGT-1, R-RGT-2)."""

    KIND = records.NoticeRecord.KIND
    core: ClassVar = projects(records.NoticeRecord)

    deployment = reference("deployments.Deployment", related_name="notices")
    deployment_id: Id
    served_by = IdField()
    served_at = MsField()
    method = TextField()
    language = TextField()
    acknowledged = BoolField()
    text = DigestField()
    interpreter = TextField(null=True)
    read_back = BoolField(default=False)
    questions = TextField(null=True)


class NoticePaper(CaseRow):
    """A notice as it was made, in one language; `words` is its text, enclosed. A served `Notice` has the digest of one: `text`.

    `checkpoint` is the log's that stands on it: whoever kept the paper can hold a bundle to it.
    """

    KIND = "notice-paper"
    COMMITS = ("deployment", "authorisation", "language", "made_by", "made_at", "checkpoint", "text")

    deployment = reference("deployments.Deployment")
    deployment_id: Id
    authorisation = reference("deployments.Authorisation")
    authorisation_id: Id
    language = EnumField(Language)
    made_by = IdField()
    made_at = MsField()
    checkpoint = TextField()
    text = DigestField()
    words = BytesField()

    class Meta(CaseRow.Meta):
        """One a making and language; and no text twice, so that a digest leads to one paper."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deployment", "made_at", "language"], name="notice_paper_once_a_language"),
            models.UniqueConstraint(fields=["deployment", "text"], name="notice_paper_text_once"),
        ]


class Visit(CaseRow):
    """An install visit (`core.authority.visit`): each step fills its columns in. `permission` is the owner's, enclosed.

    A code to enrol a device is given out only while its deployment has one that is not ended, with the right of access recorded (R-LEG-32).
    """

    KIND = "install-visit"
    COMMITS = (
        *("deployment", "begun_by", "begun_at", "others", "others_met", "others_told", "others_accounts"),
        *(
            "device_kind",
            "access",
            "permission",
            "password",
            "device",
            "marked_at",
            "ended_by",
            "ended_at",
            "signature",
        ),
    )

    deployment = reference("deployments.Deployment")
    deployment_id: Id
    begun_by = IdField()
    begun_at = MsField()
    others = IntField()
    others_met = IntField()
    others_told = EnumField(Told, null=True)
    others_accounts = EnumField(Accounts, null=True)
    device_kind = EnumField(DeviceKind, null=True)
    access = EnumField(Access, null=True)
    permission = BytesField(null=True)
    password = EnumField(PasswordKeeper, null=True)
    device = IdField(null=True)
    marked_at = MsField(null=True)
    ended_by = IdField(null=True)
    ended_at = MsField(null=True)
    signature = EnumField(Signature, null=True)

    class Meta(CaseRow.Meta):
        """One at a time; no access to somebody else's device without their permission; no sheet of what was not seen to work."""

        db_table = "deployments_visit"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deployment"], condition=Q(ended_at=None), name="visit_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(others_met__gte=0, others_met__lte=F("others"))
                & (Q(others=0) | Q(others_told__isnull=False, others_accounts__isnull=False)),
                name="visit_others_told",
            ),
            models.CheckConstraint(
                condition=Q(device_kind=None, access=None, password=None, permission=None)
                | Q(device_kind__isnull=False, access__in=OWN, password__isnull=False, permission=None)
                | Q(
                    device_kind__isnull=False,
                    access=Access.OWNER_PERMITS.value,
                    password__isnull=False,
                    permission__isnull=False,
                ),
                name="visit_access_permitted",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, signature=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False)
                & (Q(signature=None) | Q(device__isnull=False, marked_at__isnull=False)),
                name="visit_ended_whole",
            ),
        ]


class EnrolmentCode(DirectoryRow):
    """The server's half of an enrolment code, for one deployment, once, for 15 minutes.

    The secret's keyed hash is its *proof*, and `secret` is the digest of that. Ingest reads these rows and holds the key of the hash: with
    the proof itself in them it could use every code that is out. So it has the proof only of a secret that was brought to it.
    """

    KIND: ClassVar = "enrolment-code"

    agency = reference("agencies.Agency")
    agency_id: Id
    case = IdField()
    deployment = IdField()
    secret = BytesField(unique=True)
    offered_by = IdField()
    expires_at = MsField()
    tries = IntField(default=0)
    used_at = MsField(null=True)

    def touched(self) -> Touched:
        """How the entry by which it is given out names it. The digest of a proof that nobody else has is salt enough."""
        shown: dict[str, Json] = {"id": self.id, "deployment": self.deployment, "expires_at": self.expires_at}
        return Touched(Slug(self._meta.db_table), self.id, commitment.commit(self.KIND, self.secret, shown))


class Device(RecordRow):
    """An enrolled device of a deployment. `code` is what it was enrolled by, and `proof` shows that its secret was brought.

    Both are about how the row came to be, and no fields of the record.
    """

    KIND = records.DeviceRecord.KIND
    core: ClassVar = projects(records.DeviceRecord)

    deployment = reference("deployments.Deployment", related_name="devices")
    deployment_id: Id
    device_key = TextField()
    list_key = BytesField()
    account = DigestField()
    enrolled_at = MsField()
    code: "models.OneToOneField[Any, Any]" = models.OneToOneField(
        "deployments.EnrolmentCode", on_delete=models.PROTECT, related_name="+"
    )
    code_id: Id
    proof = BytesField()


class DeviceKey(DirectoryRow):
    """Whose key it is that signs a request: no more than is needed to open the right scope. The database adds it with its device."""

    keyid = TextField(unique=True)
    vkey = TextField()
    agency = reference("agencies.Agency")
    agency_id: Id
    case = IdField()
    deployment = IdField()
    device = IdField()


class Profile(RecordRow):
    """A profile: asked, then signed (or refused) by the signer. `document` are the bytes that were signed."""

    KIND = records.ProfileRecord.KIND
    core: ClassVar = projects(records.ProfileRecord)

    deployment = reference("deployments.Deployment", related_name="profiles")
    deployment_id: Id
    device = reference("deployments.Device", related_name="profiles")
    device_id: Id
    version = IntField()
    state = EnumField(ProfileState, default=ProfileState.ASKED)
    authorisation = reference("deployments.Authorisation")
    authorisation_id: Id
    asked_by = IdField()
    lease_since = MsField()
    lease_until = MsField()
    document = BytesField(null=True)
    digest = DigestField(null=True)
    refusal = TextField(null=True)

    class Meta:
        """One profile a device and version; signed exactly when there is a document; a lease of at most 30 days."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "version"], name="profile_one_of_a_version"),
            models.CheckConstraint(
                condition=Q(state=ProfileState.SIGNED.value, document__isnull=False, digest__isnull=False)
                | (~Q(state=ProfileState.SIGNED.value) & Q(document=None, digest=None)),
                name="profile_signed_has_document",
            ),
            models.CheckConstraint(
                condition=Q(lease_until__gt=F("lease_since"), lease_until__lte=F("lease_since") + 30 * 86_400_000),
                name="profile_lease_30_days",
            ),
        ]

    def follows(self) -> bool:
        """Whether the signed document is the one that was committed to."""
        return self.document is None or dsse.digest_of(self.document) == self.digest


class ProfileList(CaseRow):
    """A list that a profile names, ready for its device: the signed declaration, and the entries enclosed to the device's own key.

    The signer encloses it when it signs the profile, so that the process on the internet never holds a list in clear.
    """

    KIND = "profile-list"
    BULKY = ("ciphertext",)
    COMMITS = ("profile", "position")

    profile = reference("deployments.Profile")
    profile_id: Id
    position = IntField()
    document = BytesField()
    ciphertext = BytesField()

    class Meta(CaseRow.Meta):
        """In the profile's own order."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["profile", "position"], name="profile_list_once")]

    def values(self) -> dict[str, Json]:
        """What is committed of it: the list by its declaration's digest."""
        return super().values() | {"list": dsse.digest_of(self.document)}


class ContactsVersion(sessions.Refusable, CaseRow):
    """A version of a person's own protected contacts, all of them (R-RGT-10): proposed by one officer, agreed to or refused by another.

    `words` is a `ContactsText`, enclosed. The newest one that was agreed to counts; it is of the case, and outlives a deployment.
    """

    KIND = "protected-contacts"
    COMMITS = (
        *("version", "words", "proposed_by", "proposed_at", "agreed_by", "agreed_at"),
        *("refused_by", "refused_at", "refusal"),
    )
    SECOND = sessions.SecondPerson(Permission.CONTACTS_AGREE, *("proposed_by", "proposed_at", "agreed_by"))

    version = IntField()
    words = BytesField()
    proposed_by = IdField()
    proposed_at = MsField()
    agreed_by = IdField(null=True)
    agreed_at = MsField(null=True)

    class Meta(CaseRow.Meta):
        """Agreed to by another person in another session, or refused with a reason, and never both; one row a version."""

        db_table = "deployments_contacts"
        indexes: ClassVar = [sessions.waiting_index("contacts_wait", agreed_by="agreed_by")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "case", "version"], name="contacts_one_of_a_version"),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None)
                | (
                    Q(agreed_at__isnull=False, agreed_by__isnull=False, proposed_by__isnull=False)
                    & ~Q(agreed_by=F("proposed_by"))
                ),
                name="contacts_agreed_by_another",
            ),
            sessions.agreed_in_another("contacts_in_another_sitting", agreed_by="agreed_by"),
            sessions.refused_by_another(
                "contacts_refused_with_reason", begun_by="proposed_by", agreed_by="agreed_by", withdrawn=True
            ),
        ]

    def is_newest(self) -> bool:
        """Whether no later version was proposed."""
        return not ContactsVersion.objects.filter(case=self.case, version__gt=self.version).exists()

    def values(self) -> dict[str, Json]:
        """What is committed of it: the contacts by the digest of what is enclosed."""
        return super().values() | {"words": dsse.digest_of(self.words)}


class ProfileContacts(CaseRow):
    """The protected contacts that a profile names, signed, then enclosed to its device's own key. The signer writes it with the profile."""

    KIND = "profile-contacts"
    BULKY = ("ciphertext",)
    COMMITS = ("profile", "digest")

    profile = reference("deployments.Profile")
    profile_id: Id
    digest = DigestField()
    ciphertext = BytesField()

    class Meta(CaseRow.Meta):
        """One a profile."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["profile"], name="profile_contacts_once")]


def digest_of_proof(proof: bytes) -> bytes:
    """What is kept of a code, from its proof."""
    return sha256(proof).digest()
