"""Columns and constraints of destructions: who asked, who approved or refused, and what the vault did.

Rules
- One person asks and another approves, in another session, or refuses with a reason. The table refuses anything else.
- A deployment has one request that is open or done. After a refusal, or a stop by the vault, someone may ask again.
- A trigger says which process moves a request on (`destruction_whose_move`): only the vault says that a key was destroyed.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core.access.roles import Permission
from offmon.core.log import records
from offmon.core.states import DestructionState
from offmon.server.base.fields import DigestField, EnumField, IdField, MsField, TextField
from offmon.server.base.rows import RecordRow, projects
from offmon.server.base.sessions import SecondPerson, TwoSittings, agreed_in_another, waiting_index

_OVER = (DestructionState.REFUSED, DestructionState.STOPPED)


class Destruction(TwoSittings, RecordRow):
    """A request to destroy a deployment's key. `key`: the digest of its public half."""

    KIND = records.DestructionRecord.KIND
    core: ClassVar = projects(records.DestructionRecord)
    SECOND = SecondPerson(
        Permission.DESTRUCTION_APPROVE,
        *("asked_by", "asked_at", "approved_by"),
        refusal="refused_reason",
        due=lambda _at: Q(state=DestructionState.ASKED.value),
    )

    deployment = IdField()
    key = DigestField()
    state = EnumField(DestructionState, default=DestructionState.ASKED)
    asked_by = IdField()
    asked_at = MsField()
    reason = TextField()
    approved_by = IdField(null=True)
    approved_at = MsField(null=True)
    refused_by = IdField(null=True)
    refused_at = MsField(null=True)
    refused_reason = TextField(null=True)
    stopped_at = MsField(null=True)
    stopped_why = TextField(null=True)
    done_at = MsField(null=True)

    class Meta:
        """Two people, a reason, and one request at a time. A key is destroyed only once another has approved it."""

        indexes: ClassVar = [waiting_index("destruction_waits", agreed_by="approved_by")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["deployment"], condition=~Q(state__in=_OVER), name="destruction_one_a_deployment"
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="destruction_has_reason"),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | (
                    Q(approved_by__isnull=False, approved_at__isnull=False, asked_by__isnull=False, refused_by=None)
                    & ~Q(approved_by=F("asked_by"))
                ),
                name="destruction_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(refused_by=None, refused_at=None, refused_reason=None)
                | (
                    Q(refused_by__isnull=False, refused_at__isnull=False, refused_reason__isnull=False)
                    & Q(refused_reason__gt="", approved_by=None, asked_by__isnull=False)
                    & ~Q(refused_by=F("asked_by"))
                ),
                name="destruction_refused_by_another",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None)
                | Q(state=DestructionState.DONE, approved_by__isnull=False, approved_at__isnull=False, stopped_at=None),
                name="destruction_done_once_approved",
            ),
            agreed_in_another("destruction_in_another_sitting", agreed_by="approved_by"),
        ]
