"""Columns and constraints of what is asked of an account of staff.

Rules
- An administrator asks. What needs two, another agrees to or refuses, in another session (`core.access.accounts`; constraints below).
- The console cannot write who somebody is. The worker carries out what was asked, and only that (trigger `as_asked`).
- `password` is the hash of one that somebody else gives a joiner. It is emptied once the account has it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core.access.accounts import ALWAYS_TWO, PRIVILEGED, AccountAct
from offmon.core.access.roles import Permission, Role
from offmon.core.ids import Id
from offmon.server.base.fields import EnumField, IdField, MsField, TextField, reference
from offmon.server.base.rows import AgencyRow
from offmon.server.base.sessions import Refusable, SecondPerson, agreed_in_another, refused_by_another, waiting_index

TAKES_TWO = Q(act__in=sorted(ALWAYS_TWO)) | Q(role__in=sorted(PRIVILEGED))


class AccountChange(Refusable, AgencyRow):
    """What is asked of one account: which role and team it has afterwards, why, who asked, who agreed, and when it was carried out."""

    KIND = "account-change"
    COMMITS = ("staff", "act", "sign_in", "display_name", "role", "team", "reason", "asked_by", "asked_at", "agreed_by")
    SECOND = SecondPerson(
        Permission.STAFF_MANAGE, *("asked_by", "asked_at", "agreed_by"), due=lambda _at: TAKES_TWO & Q(applied_at=None)
    )

    staff = IdField()
    act = EnumField(AccountAct)
    sign_in = TextField()
    display_name = TextField()
    role = EnumField(Role)
    team = reference("agencies.Team")
    team_id: Id
    reason = TextField()
    asked_by = IdField()
    asked_at = MsField()
    agreed_by = IdField(null=True)
    password = TextField(default="")
    applied_at = MsField(null=True)

    class Meta:
        """Two people where two must; none carried out that was refused; one of an account at a time."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(applied_at=None) | (~TAKES_TWO | Q(agreed_by__isnull=False)) & Q(refused_by=None),
                name="account_change_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | Q(asked_by__isnull=False) & ~Q(agreed_by=F("asked_by")),
                name="account_change_agreed_by_another",
            ),
            agreed_in_another("account_change_in_another_sitting", agreed_by="agreed_by"),
            refused_by_another(
                "account_change_refused_by_another", begun_by="asked_by", agreed_by="agreed_by", withdrawn=True
            ),
            models.UniqueConstraint(
                fields=["agency", "staff"],
                condition=Q(applied_at=None, refused_by=None),
                name="account_change_one_at_a_time",
            ),
        ]
        indexes: ClassVar = [waiting_index("account_change_waits", agreed_by="agreed_by")]
