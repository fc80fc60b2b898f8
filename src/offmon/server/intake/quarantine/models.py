"""Columns and constraints of quarantines, and of what two people decide of each (design §1.9).

Rules
- Only the vault locks, and nothing unlocks but a decision of two people. A leaf is locked once for each time at which a cause became known.
- One person asks and another agrees, in another session, or refuses with a reason. The table refuses anything else.
- A quarantine has one request that nobody refused. Only the vault says how many disclosures it erased.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.core.log import quarantine, records
from offmon.core.log.quarantine import LateChoice, LateReason
from offmon.core.states import QuarantineState
from offmon.server.base.fields import EnumField, IdField, IntField, MsField, TextField, reference
from offmon.server.base.rows import CaseRow, RecordRow, projects
from offmon.server.base.sessions import (
    Refusable,
    SecondPerson,
    agreed_in_another,
    refused_by_another,
    waiting_index,
)


def _leaves(row: "Quarantine") -> tuple[records.LeafPlace, ...]:
    items = QuarantineItem.objects.filter(quarantine=row.id).order_by("device", "epoch", "n")
    return tuple(records.LeafPlace(*place) for place in items.values_list("device", "epoch", "n"))


class Quarantine(RecordRow):
    """Disclosures that are locked for one cause."""

    KIND = quarantine.QuarantineRecord.KIND
    core: ClassVar = projects(quarantine.QuarantineRecord, leaves=_leaves)

    why = EnumField(LateReason)
    order = IdField(null=True)
    since = MsField()
    known_at = MsField()
    locked_at = MsField()


class QuarantineItem(CaseRow):
    """That a leaf is in a quarantine. The entry that makes the quarantine names both."""

    KIND = "quarantine-item"
    COMMITS = ("leaf",)

    quarantine = reference("intake.Quarantine", related_name="items")
    quarantine_id: Id
    leaf = IdField()
    device = IdField()
    epoch = IdField()
    n = IntField()
    known_at = MsField()

    class Meta:
        """Once for each time at which a cause became known, however often the vault is asked."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["leaf", "known_at"], name="quarantine_item_once_a_cause")
        ]


class LateDecision(Refusable, RecordRow):
    """What is to become of a quarantine."""

    KIND = quarantine.QuarantineDecision.KIND
    core: ClassVar = projects(quarantine.QuarantineDecision)
    SECOND = SecondPerson(Permission.DESTRUCTION_APPROVE, "asked_by", "asked_at", "agreed_by")

    quarantine = reference("intake.Quarantine", related_name="decisions")
    quarantine_id: Id
    choice = EnumField(LateChoice)
    state = EnumField(QuarantineState, default=QuarantineState.ASKED)
    asked_by = IdField()
    asked_at = MsField()
    reason = TextField()
    agreed_by = IdField(null=True)
    agreed_at = MsField(null=True)
    erased = IntField(null=True)
    erased_at = MsField(null=True)

    class Meta:
        """Two people, a reason, and one request at a time. Nothing is erased that was to be kept, or that nobody agreed to."""

        indexes: ClassVar = [waiting_index("late_decision_waits", agreed_by="agreed_by")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["quarantine"], condition=Q(refused_by=None), name="late_decision_one_a_quarantine"
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="late_decision_has_reason"),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None)
                | (
                    Q(agreed_by__isnull=False, agreed_at__isnull=False, asked_by__isnull=False)
                    & ~Q(agreed_by=F("asked_by"))
                ),
                name="late_decision_agreed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(erased=None, erased_at=None)
                | Q(
                    erased__isnull=False,
                    erased_at__isnull=False,
                    agreed_by__isnull=False,
                    choice=LateChoice.ERASE.value,
                    state=QuarantineState.DONE.value,
                ),
                name="late_decision_erased_once_agreed",
            ),
            agreed_in_another("late_decision_in_another_sitting", agreed_by="agreed_by"),
            refused_by_another("late_decision_refused_by_another", begun_by="asked_by", agreed_by="agreed_by"),
        ]
