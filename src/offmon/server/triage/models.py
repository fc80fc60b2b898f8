"""Columns and constraints of triage: alerts and what people decide of them (design §1.7).

Rules
- An alert is a group of like findings: same deployment, capability, list, rule, and window. Each group has one open alert with room for
  more (`escalation.room`), beside full ones that nobody has decided yet.
- It may become graver, never less so. `risen_at` says when it last did (until then, when it was opened).
- A named human decides once, with an outcome and a reason. An alert is decided exactly when it has a decision.
- A decision whose outcome calls for an action has one, and an action has its decision: nothing follows without a person's decision.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from offmon.core.alerts.escalation import Holder
from offmon.core.alerts.follow_up import FOLLOWS
from offmon.core.authority.order import Capability
from offmon.core.bundle.layout import Record, open_record
from offmon.core.formats.canon import Json
from offmon.core.formats.commitment import Ground
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Slug, Versioned
from offmon.core.log import records
from offmon.core.states import AlertState
from offmon.server.base.fields import BoolField, EnumField, IdField, IntField, MsField, TextField, reference
from offmon.server.base.rows import CaseRow, DirectoryRow, RecordRow

CALLING = sorted(outcome.value for outcome in FOLLOWS)
# Each is asked for by name: to PostgreSQL a comparison with NULL is no failure of a CHECK.
_WRITTEN = {
    f"{name}__{test}": value
    for name in ("outside_reference", "outcome")
    for test, value in (("isnull", False), ("gt", ""))
}


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
    risen_at = MsField()
    due_at = MsField()
    is_full = BoolField(default=False)

    class Meta:
        """The queue's order, and one undecided alert a group that takes more."""

        indexes: ClassVar = [models.Index(fields=["agency", "state", "due_at"], name="alert_queue")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["deployment", "capability", "list_name", "rule"],
                condition=~Q(state=AlertState.DECIDED.value) & Q(is_full=False),
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


class Handover(RecordRow):
    """That an alert that nobody had looked at went on to the next person. Each step once; the newest that counts says who has it."""

    KIND = records.Handover.KIND

    alert = reference("triage.Alert")
    alert_id: Id
    to = EnumField(Holder)
    staff = IdField(null=True)
    since = MsField()
    at = MsField()

    class Meta:
        """To a supervisor, who is somebody, or to the duty inspector, who is a contact; never back."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "to", "since"], name="handover_each_step_once"),
            models.CheckConstraint(
                condition=Q(to=Holder.SUPERVISOR.value, staff__isnull=False)
                | Q(to=Holder.DUTY_INSPECTOR.value, staff=None),
                name="handover_to_whom",
            ),
            models.CheckConstraint(condition=Q(at__gt=models.F("since")), name="handover_after_a_while"),
        ]

    def core(self) -> records.Handover:
        """The record of `core` that this row projects."""
        return records.Handover(self.id, self.alert_id, self.to, self.staff, self.since, self.at)


class Decision(RecordRow):
    """What a named human decided of an alert. `action` is the one that the outcome calls for, and committed to there."""

    KIND = records.Decision.KIND

    alert = reference("triage.Alert")
    alert_id: Id
    outcome = EnumField(records.DecisionOutcome)
    reason = TextField()
    decided_by = IdField()
    decided_at = MsField()
    action = reference("triage.Action", null=True)
    action_id: Id | None

    class Meta:
        """One decision an alert, never without a reason, or without the action that its outcome calls for."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(reason__gt=""), name="decision_has_reason"),
            models.UniqueConstraint(fields=["alert"], name="decision_one_an_alert"),
            models.CheckConstraint(
                condition=Q(outcome__in=CALLING, action__isnull=False) | (~Q(outcome__in=CALLING) & Q(action=None)),
                name="decision_is_followed",
            ),
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


class Action(RecordRow):
    """What follows from a decision: who does it, by when, and what came of it."""

    KIND = records.Action.KIND

    decision = reference("triage.Decision")
    decision_id: Id
    alert = reference("triage.Alert")
    alert_id: Id
    what = EnumField(records.ActionKind)
    owner = IdField()
    due_at = MsField()
    welfare_due = BoolField()
    welfare = EnumField(records.Welfare, null=True)
    welfare_by = IdField(null=True)
    welfare_at = MsField(null=True)
    outside_reference = TextField(null=True)
    outcome = TextField(null=True)
    done_by = IdField(null=True)
    done_at = MsField(null=True)

    class Meta:
        """One a decision; done with both texts and after the welfare step, or not done; each act by someone, at a time."""

        indexes: ClassVar = [
            models.Index(fields=["agency", "due_at"], condition=Q(done_at=None), name="action_open"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision"], name="action_one_a_decision"),
            models.CheckConstraint(
                condition=Q(welfare=None, welfare_by=None, welfare_at=None)
                | Q(welfare__isnull=False, welfare_by__isnull=False, welfare_at__isnull=False),
                name="action_welfare_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None, outside_reference=None, outcome=None)
                | Q(done_by__isnull=False, done_at__isnull=False, **_WRITTEN),
                name="action_done_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None)
                | Q(welfare_due=False)
                | Q(welfare_at__isnull=False, welfare_at__lte=models.F("done_at")),
                name="action_welfare_first",
            ),
        ]

    def core(self) -> records.Action:
        """The record of `core` that this row projects."""
        return records.Action(
            id=self.id,
            decision=self.decision_id,
            alert=self.alert_id,
            what=self.what,
            owner=self.owner,
            due_at=self.due_at,
            welfare_due=self.welfare_due,
            welfare=self.welfare,
            welfare_by=self.welfare_by,
            welfare_at=self.welfare_at,
            outside_reference=self.outside_reference,
            outcome=self.outcome,
            done_by=self.done_by,
            done_at=self.done_at,
        )

    def opened(self) -> Record:
        """As a bundle shows it: how the person was is about their health, and stays closed."""
        return open_record(self.KIND, self.salt, self.values(), {"welfare": Ground.SENSITIVE})


class Cursor(DirectoryRow):
    """How far into a device's epoch the worker has looked: so that each disclosure is grouped once, after a crash too."""

    agency = IdField()
    device = IdField()
    epoch = IdField()
    n = IntField(default=0)

    class Meta(DirectoryRow.Meta):
        """One an epoch."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["device", "epoch"], name="cursor_one_an_epoch")]
