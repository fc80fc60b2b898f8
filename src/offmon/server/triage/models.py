"""Columns and constraints of triage: alerts and what people decide of them (design §1.7).

Rules
- An alert is a group of like page loads (`core.alerts.occurrence`): same deployment, capability, list and rule. Each group has one open
  alert with room for more (`escalation.room`), beside full ones that nobody has decided yet.
- It may become graver, never less so. `risen_at` says when it last did (until then, when it was opened).
- A named human decides once, with an outcome and a reason. An alert is decided exactly when it has a decision. A correction is another
  decision, which names the one that it corrects (`core.alerts.correction`).
- A decision whose outcome calls for an action has one, and an action has its decision: nothing follows without a person's decision.
"""

from operator import attrgetter
from typing import ClassVar

from django.db import models
from django.db.models import Q

from offmon.core.alerts.acknowledgement import AcknowledgementRecord, HandoverRecord, Holder
from offmon.core.alerts.follow_up import FOLLOWS
from offmon.core.alerts.occurrence import PageLoad
from offmon.core.authority.capability import Capability
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id
from offmon.core.log import records
from offmon.core.states import AlertState
from offmon.server.base.fields import BoolField, EnumField, IdField, IntField, MsField, TextField, reference
from offmon.server.base.rows import CaseRow, DirectoryRow, RecordRow, projects
from offmon.server.triage.emergencies.models import EmergencyOpening  # noqa: F401  # where Django looks for models

OPEN = Q(done_at=None, cancelled_in=None)  # of an action
NAMED = sorted(one.value for one in (Holder.FIRST_ON_CALL, Holder.SECOND_ON_CALL, Holder.SUPERVISOR))
CALLING = sorted(outcome.value for outcome in FOLLOWS)
# Each is asked for by name: to PostgreSQL a comparison with NULL is no failure of a CHECK.
_WRITTEN = {
    f"{name}__{test}": value
    for name in ("outside_reference", "outcome")
    for test, value in (("isnull", False), ("gt", ""))
}


def _leaves(alert: "Alert") -> tuple[records.LeafPlace, ...]:
    items = AlertItem.objects.filter(alert=alert.id).order_by("device", "epoch", "n")
    return tuple(item.place() for item in items)


class Alert(RecordRow):
    """A possible breach that someone must look at. `due_at` is when its gravity says that someone must have looked."""

    KIND = records.AlertRecord.KIND
    core: ClassVar = projects(records.AlertRecord, list=attrgetter("list_name"), leaves=_leaves)

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
        """The queue's order, what of a case is undecided and what was raised when, and one undecided alert a group that takes more."""

        indexes: ClassVar = [
            models.Index(fields=["agency", "state", "due_at"], name="alert_queue"),
            models.Index(fields=["case"], condition=~Q(state=AlertState.DECIDED.value), name="alert_undecided"),
            models.Index(fields=["case", "opened_at"], name="alert_raised"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["deployment", "capability", "list_name", "rule"],
                condition=~Q(state=AlertState.DECIDED.value) & Q(is_full=False),
                name="alert_one_undecided_a_group",
            )
        ]


class AlertItem(CaseRow):
    """That a leaf belongs to an alert. The entry that raises or widens the alert names both.

    `event_at` and `captured_at` are the device's own: leaves of one page load share them. `leads`: it is of the alert's own group.
    """

    KIND = "alert-item"
    COMMITS = ("leaf",)

    alert = reference("triage.Alert", related_name="items")
    alert_id: Id
    leaf = IdField(unique=True)
    device = IdField()
    epoch = IdField()
    n = IntField()
    event_at = MsField()
    captured_at = MsField()
    leads = BoolField()

    class Meta:
        """The order of a journal, to find what came before."""

        indexes: ClassVar = [models.Index(fields=["device", "epoch", "n"], name="alertitem_in_its_journal")]

    def page_load(self) -> PageLoad:
        """The page load that the leaf is of."""
        return PageLoad(self.device, self.epoch, self.event_at, self.captured_at)

    def place(self) -> records.LeafPlace:
        """Where the leaf stands."""
        return records.LeafPlace(self.device, self.epoch, self.n)


class Handover(RecordRow):
    """That an alert went on to the next person. Each step once; the newest that counts says who has it."""

    KIND = HandoverRecord.KIND
    core: ClassVar = projects(HandoverRecord)

    alert = reference("triage.Alert")
    alert_id: Id
    to = EnumField(Holder)
    staff = IdField(null=True)
    since = MsField()
    at = MsField()

    class Meta:
        """To somebody; or to the duty inspector, who is a contact where the rota names nobody. Never back to the owner's turn."""

        indexes: ClassVar = [models.Index(fields=["agency", "staff"], name="handover_to_staff")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "to", "since"], name="handover_each_step_once"),
            models.CheckConstraint(
                condition=Q(to__in=NAMED, staff__isnull=False) | Q(to=Holder.DUTY_INSPECTOR.value),
                name="handover_to_whom",
            ),
            models.CheckConstraint(condition=Q(at__gt=models.F("since")), name="handover_after_a_while"),
        ]


class Acknowledgement(RecordRow):
    """That somebody to whom an alert came said that they have it. It decides nothing."""

    KIND = AcknowledgementRecord.KIND
    core: ClassVar = projects(AcknowledgementRecord)

    alert = reference("triage.Alert")
    alert_id: Id
    by = IdField()
    at = MsField()


class Decision(RecordRow):
    """What a named human decided of an alert. `action` is the one that the outcome calls for, and committed to there."""

    KIND = records.DecisionRecord.KIND
    core: ClassVar = projects(records.DecisionRecord)

    alert = reference("triage.Alert")
    alert_id: Id
    outcome = EnumField(records.DecisionOutcome)
    reason = TextField()
    decided_by = IdField()
    decided_at = MsField()
    action = reference("triage.Action", null=True)
    action_id: Id | None
    corrects = reference("triage.Decision", null=True)
    corrects_id: Id | None
    why_corrected = TextField(null=True)
    unseen_reason = TextField(null=True)

    class Meta:
        """One decision an alert that corrects none, one correction a decision. Each has its reasons and the action that it calls for."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(reason__gt=""), name="decision_has_reason"),
            models.UniqueConstraint(
                fields=["alert", "corrects"], nulls_distinct=False, name="decision_one_or_corrected_once"
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, why_corrected=None)
                | Q(corrects__isnull=False, why_corrected__isnull=False, why_corrected__gt=""),
                name="decision_corrects_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=CALLING, action__isnull=False) | (~Q(outcome__in=CALLING) & Q(action=None)),
                name="decision_is_followed",
            ),
        ]


class SecondLook(RecordRow):
    """A decision that was drawn for a supervisor to look at again, blind, and what they found."""

    KIND = records.SecondLookRecord.KIND
    core: ClassVar = projects(records.SecondLookRecord)

    alert = reference("triage.Alert")
    alert_id: Id
    decision = reference("triage.Decision")
    decision_id: Id
    drawn_by = IdField()
    drawn_at = MsField()
    outcome = EnumField(records.DecisionOutcome, null=True)
    reason = TextField(null=True)
    looked_at = MsField(null=True)

    class Meta:
        """One a decision. It is looked at with an outcome and a reason, or not yet."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision"], name="second_look_one_a_decision"),
            models.CheckConstraint(
                condition=Q(outcome=None, reason=None, looked_at=None)
                | Q(outcome__isnull=False, looked_at__isnull=False, reason__gt=""),
                name="second_look_has_reason",
            ),
        ]


class Action(RecordRow):
    """What follows from a decision: who does it, by when, and what came of it."""

    KIND = records.ActionRecord.KIND
    core: ClassVar = projects(records.ActionRecord)

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
    cancelled_in = reference("triage.Decision", null=True)
    cancelled_in_id: Id | None
    cancelled_reason = TextField(null=True)

    class Meta:
        """One a decision: open, done with both texts after the welfare step, or cancelled with a reason. An act has a person and a time."""

        indexes: ClassVar = [models.Index(fields=["agency", "due_at"], condition=OPEN, name="action_open")]
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
                condition=Q(cancelled_in=None, cancelled_reason=None)
                | Q(done_at=None, cancelled_in__isnull=False, cancelled_reason__isnull=False, cancelled_reason__gt=""),
                name="action_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None)
                | Q(welfare_due=False)
                | Q(welfare_at__isnull=False, welfare_at__lte=models.F("done_at")),
                name="action_welfare_first",
            ),
        ]


class Called(CaseRow):
    """That a member of staff was called about an alert: by which message. Only this row connects the two, and notify may not read it."""

    KIND = "called"
    COMMITS = ("alert", "message", "staff", "at")

    alert = reference("triage.Alert")
    alert_id: Id
    message = IdField(unique=True)
    staff = IdField()
    at = MsField()


class Cursor(DirectoryRow):
    """How far into a device's epoch the worker has looked: so that each disclosure is grouped once, after a crash too."""

    agency = IdField()
    device = IdField()
    epoch = IdField()
    n = IntField(default=0)

    class Meta(DirectoryRow.Meta):
        """One an epoch."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["device", "epoch"], name="cursor_one_an_epoch")]
