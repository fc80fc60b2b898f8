"""Columns and constraints of agencies: the directory of who works where, and the caseload that opens cases to people.

Rules
- Agency, Team, Staff and KeysStatement are *directory* rows: they are read before anyone's scope is known, and say nothing of a case.
- A Caseload row opens one case to one member of staff for a time, with a reason (R-SEC-9). Row-level security asks it, not the view.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from offmon.core.ids import Id
from offmon.core.roles import Role
from offmon.server.base.fields import BoolField, BytesField, EnumField, IdField, IntField, MsField, TextField, reference
from offmon.server.base.rows import CaseRow, DirectoryRow

ROLES: list[tuple[str, str]] = [(role.value, role.value) for role in Role]


class Agency(DirectoryRow):
    """A police force or probation service. `origin` is its log's; `root` its root key's vkey; both stand on paper.

    Who is called out of hours, for each gravity, and the duty inspector behind them: text for people, such as a desk and its number.
    """

    name = TextField()
    force_code = TextField(unique=True)
    origin = TextField(unique=True)
    root = TextField()
    contact = TextField()
    on_call_urgent = TextField()
    on_call_high = TextField()
    on_call_standard = TextField()
    duty_inspector = TextField()
    delay_days = IntField(default=14)

    class Meta:
        """The transparency delay lies between 1 and 28 days (design §1.6)."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(delay_days__range=(1, 28)), name="agency_delay_1_to_28"),
        ]


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


class StaffManager(BaseUserManager["Staff"]):
    """Looks staff up by the name that they sign in with."""


class Staff(AbstractBaseUser, DirectoryRow):
    """A member of staff: one account, one role (R-SEC-9)."""

    agency = reference("agencies.Agency")
    agency_id: Id
    team = reference("agencies.Team")
    team_id: Id
    sign_in = TextField(unique=True)
    display_name = TextField()
    role = EnumField(Role)
    is_active = BoolField(default=True)

    USERNAME_FIELD = "sign_in"
    REQUIRED_FIELDS: ClassVar = []
    objects: ClassVar[StaffManager] = StaffManager()

    class Meta(DirectoryRow.Meta):
        """A directory row like the others."""


class Caseload(CaseRow):
    """That a member of staff may work on a case, since when, until when, and why."""

    KIND = "caseload"

    staff = reference("agencies.Staff")
    staff_id: Id
    since = MsField()
    until = MsField(null=True)
    reason = TextField()
    granted_by = IdField()

    class Meta:
        """One open grant a person and case."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "staff"], condition=models.Q(until=None), name="caseload_one_open"),
        ]

    def values(self):  # type: ignore[no-untyped-def]
        """What is committed of it."""
        return {
            "id": self.id,
            "staff": self.staff_id,
            "since": self.since,
            "until": self.until,
            "reason": self.reason,
            "granted_by": self.granted_by,
        }
