"""Columns and constraints of agencies: who works where, with whom a case is shared, and the caseload that opens it.

Rules
- Agency, Team, Staff and KeysStatement are *directory* rows: read before any scope is known, and silent about cases.
- A Staff row counts only as the log has it: each account and each change of one is an entry that names it (trigger `audited`).
  The console closes accounts and sets passwords; the worker opens and moves them as administrators asked (`accounts/models.py`).
- A Caseload row opens one case to one member of staff for a time, with a reason (R-SEC-9). Row-level security reads it; views do not.
  Beginning and end are the moment of writing, and it never begins again (trigger `written_as_of_now`). `covers`: for whom, while they are
  away; then the end stands there from the beginning, and may be made sooner.
- A Party row shares one case with another agency for a time. That agency's staff are *guests*. Their Caseload row, in the lead agency's
  scope, names the sharing and lies within its time (trigger `within_its_sharing`).
- A GuestOffer is a directory row: at which other agencies someone may ask for their cases. Only the caseload opens a case.
"""

from typing import ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from offmon.core.access.roles import Role
from offmon.core.access.sharing import SharingGround
from offmon.core.formats import commitment
from offmon.core.formats.canon import Json
from offmon.core.ids import Digest, Id, Slug
from offmon.core.log import as_logged
from offmon.core.log.audit import Touched
from offmon.server.agencies.accounts.models import AccountChange  # noqa: F401  # where Django looks for models
from offmon.server.agencies.authentication.models import FailedSignIn, SecondFactor  # noqa: F401  # where Django looks for models
from offmon.server.agencies.rota.models import Shift  # noqa: F401  # where Django looks for models
from offmon.server.agencies.times.models import TimesVersion  # noqa: F401  # where Django looks for models
from offmon.server.agencies.transfers.models import Transfer, TransferOffer  # noqa: F401  # where Django looks for models
from offmon.server.base.fields import (
    BoolField,
    BytesField,
    DigestField,
    EnumField,
    IdField,
    IntField,
    MsField,
    TextField,
    reference,
)
from offmon.server.base.ids import new_salt
from offmon.server.base.rows import CaseRow, CommittedRow, DirectoryRow

CHANGED_BY_STAFF: Final = (
    "contact_checked_at",
    "contact_checked_by",
    "duty_inspector",
    "office_hours",
    "on_call_high",
    "on_call_standard",
    "on_call_urgent",
)
"""The columns of an agency that its administrator changes, each time with an entry that names the row (trigger `audited`)."""
ROLES: list[tuple[str, str]] = [(role.value, role.value) for role in Role]


class Agency(DirectoryRow):
    """A police force or probation service. `origin` is its log's; `root` its root key's vkey; both stand on paper.

    `contact` is how people reach it; when somebody last checked that, and who, stands beside it, and is empty until they have.
    In which hours staff look; who is called in the others, for each gravity, and the duty inspector behind them: text for people.
    """

    name = TextField()
    force_code = TextField(unique=True)
    origin = TextField(unique=True)
    root = TextField()
    contact = TextField()
    office_hours = TextField()
    on_call_urgent = TextField()
    on_call_high = TextField()
    on_call_standard = TextField()
    duty_inspector = TextField()
    delay_days = IntField(default=14)
    contact_checked_at = MsField(null=True)
    contact_checked_by = IdField(null=True)

    class Meta:
        """The transparency delay lies between 1 and 28 days (design §1.6); what was checked was checked by somebody."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(contact_checked_at=None, contact_checked_by=None)
                | models.Q(contact_checked_at__isnull=False, contact_checked_by__isnull=False),
                name="agency_contact_checked_by_somebody",
            ),
            models.CheckConstraint(condition=models.Q(delay_days__range=(1, 28)), name="agency_delay_1_to_28"),
        ]

    def touched(self) -> Touched:
        """How an entry names it after a change: whom to reach, when, and who checked that. No secret: its id is salt enough."""
        shown: dict[str, Json] = {name: getattr(self, name) for name in ("id", *CHANGED_BY_STAFF)}
        return Touched(
            Slug(self._meta.db_table), self.id, commitment.commit("agency", bytes.fromhex(self.id * 2), shown)
        )


class KeysStatement(DirectoryRow):
    """A statement of the agency's keys, signed by its root. The bytes are what was signed."""

    agency = reference("agencies.Agency")
    agency_id: Id
    version = IntField()
    document = BytesField()

    class Meta:
        """Versions rise by one; the walk checks that, this forbids two of one version."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "version"], name="keys_one_of_a_version")]


class Team(DirectoryRow):
    """A team of an agency; the person under supervision sees role and team, never a name (design §1.6)."""

    agency = reference("agencies.Agency")
    agency_id: Id
    name = TextField()

    class Meta:
        """One of a name."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "name"], name="team_one_of_a_name")]


class StaffManager(BaseUserManager["Staff"]):
    """Looks staff up by the name that they sign in with."""


class Staff(AbstractBaseUser, CommittedRow, DirectoryRow):
    """A member of staff: one account, one role (R-SEC-9).

    `credentials` is the digest of names and password hash, so that a process that may not read those can still check the rest of the row.
    `given_until`: until when a password that somebody else gave may be used; None where its owner chose it.
    """

    KIND = as_logged.STAFF
    COMMITS = ("agency", "team", "role", "is_active", "given_until")

    agency = reference("agencies.Agency")
    agency_id: Id
    team = reference("agencies.Team")
    team_id: Id
    sign_in = TextField(unique=True)
    display_name = TextField()
    role = EnumField(Role)
    is_active = BoolField(default=True)
    salt = BytesField(default=new_salt)
    credentials = DigestField()
    given_until = MsField(null=True)
    last_login = None  # Django would keep it; the log says when somebody signed in

    USERNAME_FIELD = "sign_in"
    REQUIRED_FIELDS: ClassVar = []
    objects: ClassVar[StaffManager] = StaffManager()

    class Meta(DirectoryRow.Meta):
        """A directory row like the others."""

    def values(self) -> dict[str, Json]:
        """What is committed to. Whoever reads the password hash counts what it is; anybody else the digest of it that stands beside."""
        closed = "password" in self.get_deferred_fields()
        return {**super().values(), "credentials": self.credentials if closed else self.digest()}

    def digest(self) -> Digest:
        """The digest of names and password hash, as they stand."""
        shown: dict[str, Json] = {name: getattr(self, name) for name in ("sign_in", "display_name", "password")}
        return commitment.commit("credentials", self.salt, shown)


class Party(CaseRow):
    """That a case is shared with another agency, since when, until when, on which ground, and why."""

    KIND = "party"
    COMMITS = ("partner", "ground", "ground_words", "reason", "since", "until", "shared_by")

    partner = reference("agencies.Agency")
    partner_id: Id
    ground = EnumField(SharingGround)
    ground_words = TextField(default="")
    reason = TextField()
    since = MsField()
    until = MsField(null=True)
    shared_by = IdField()

    class Meta:
        """One open sharing a case and agency, never with the agency that leads; another ground is stated."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "case", "partner"], condition=models.Q(until=None), name="party_one_open"
            ),
            models.CheckConstraint(condition=~models.Q(partner=models.F("agency")), name="party_is_another_agency"),
            models.CheckConstraint(
                condition=models.Q(ground=SharingGround.OTHER) & ~models.Q(ground_words="")
                | ~models.Q(ground=SharingGround.OTHER) & models.Q(ground_words=""),
                name="party_ground_is_said",
            ),
        ]


class Caseload(CaseRow):
    """That a member of staff may work on a case, since when, until when, and why. A guest's names the sharing that it rests on.

    `offer`: the transfer by which their agency took the case over.
    """

    KIND = as_logged.CASELOAD
    COMMITS = ("staff", "party", "offer", "covers", "since", "until", "reason", "granted_by")

    staff = reference("agencies.Staff")
    staff_id: Id
    party = reference("agencies.Party", null=True)
    party_id: Id | None
    offer = reference("agencies.TransferOffer", null=True)
    offer_id: Id | None
    covers = reference("agencies.Staff", null=True)
    covers_id: Id | None
    since = MsField()
    until = MsField(null=True)
    reason = TextField()
    granted_by = IdField()

    class Meta:
        """One open grant a person and case, beside one while they cover somebody; that one has its end from the beginning."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "case", "staff"], condition=models.Q(until=None), name="caseload_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(covers=None)
                | models.Q(party=None, until__isnull=False) & ~models.Q(covers=models.F("staff")),
                name="caseload_cover_ends",
            ),
        ]


class GuestOffer(DirectoryRow):
    """That a member of staff may ask for cases of an agency that is not theirs. It is read to open a scope, and opens no case itself.

    `took_over`: for those that their own agency took over from it.
    """

    staff = reference("agencies.Staff")
    staff_id: Id
    agency = reference("agencies.Agency")
    agency_id: Id
    took_over = BoolField(default=False)

    class Meta:
        """Offered once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "agency", "took_over"], name="guest_offered_once")
        ]
