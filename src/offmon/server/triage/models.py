"""Columns and constraints of triage: alerts and what people decide of them (design §1.7).

Rules
- An alert is a group of like findings: same deployment, capability, list, rule, and window. One open alert a group.
- A decision is a named human's, once, with an outcome and a reason; an alert is decided exactly when it has one.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from offmon.core import records
from offmon.core.canon import Json
from offmon.core.event import Gravity
from offmon.core.ids import Id, Slug, Versioned
from offmon.core.order import Capability
from offmon.core.states import AlertState
from offmon.server.base.fields import EnumField, IdField, IntField, MsField, TextField, reference
from offmon.server.base.rows import CaseRow, DirectoryRow


class Alert(CaseRow):
    """A possible breach that someone must look at. `due_at` is when its gravity says that someone must have looked."""

    KIND = records.Alert.KIND

    deployment = IdField()
    capability = EnumField(Capability)
    list_name = TextField()
    rule = TextField()
    gravity = EnumField(Gravity)
    state = EnumField(AlertState, default=AlertState.OPEN)
    owner = IdField(null=True)
    opened_at = MsField()
    last_at = MsField()
    due_at = MsField()

    class Meta:
        """The queue's order, and one undecided alert a group."""

        indexes: ClassVar = [models.Index(fields=["agency", "state", "due_at"], name="alert_queue")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["deployment", "capability", "list_name", "rule"],
                condition=~Q(state=AlertState.DECIDED.value),
                name="alert_one_undecided_a_group",
            ),
        ]

    def core(self, leaves: tuple[records.LeafPlace, ...]) -> records.Alert:
        """The record of `core` that this row projects, with its leaves."""
        return records.Alert(
            id=self.id,
            deployment=self.deployment,
            capability=self.capability,
            list=Versioned(self.list_name),
            rule=Slug(self.rule),
            gravity=self.gravity,
            state=self.state,
            opened_at=self.opened_at,
            leaves=leaves,
        )

    def values(self) -> dict[str, Json]:
        """What is committed of it: its leaves among it, in the order in which they joined."""
        items = AlertItem.objects.filter(alert=self.id).order_by("device", "epoch", "n")
        return records.values_of(self.core(tuple(item.place() for item in items)))


class AlertItem(CaseRow):
    """That a leaf belongs to an alert. The entry that raises or widens the alert names both."""

    KIND = "alert-item"

    alert = reference("triage.Alert", related_name="items")
    alert_id: Id
    leaf = IdField(unique=True)
    device = IdField()
    epoch = IdField()
    n = IntField()

    def place(self) -> records.LeafPlace:
        """Where the leaf stands."""
        return records.LeafPlace(self.device, self.epoch, self.n)

    def values(self) -> dict[str, Json]:
        """What is committed of it (through its alert)."""
        return {"id": self.id, "leaf": self.leaf}


class Decision(CaseRow):
    """What a named human decided of an alert."""

    KIND = records.Decision.KIND

    alert = reference("triage.Alert")
    alert_id: Id
    outcome = EnumField(records.DecisionOutcome)
    reason = TextField()
    decided_by = IdField()
    decided_at = MsField()

    class Meta:
        """One decision an alert, never without a reason."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(reason__gt=""), name="decision_has_reason"),
            models.UniqueConstraint(fields=["alert"], name="decision_one_an_alert"),
        ]

    def core(self) -> records.Decision:
        """The record of `core` that this row projects."""
        return records.Decision(
            self.id,
            self.alert_id,
            self.outcome,
            self.reason,
            self.decided_by,
            self.decided_at,
        )

    def values(self) -> dict[str, Json]:
        """What is committed of it."""
        return records.values_of(self.core())


class Cursor(DirectoryRow):
    """How far into a device's epoch the worker has looked: so that each disclosure is grouped once, after a crash too."""

    agency = IdField()
    device = IdField()
    epoch = IdField()
    n = IntField(default=0)

    class Meta(DirectoryRow.Meta):
        """One an epoch."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["device", "epoch"], name="cursor_one_an_epoch")]
