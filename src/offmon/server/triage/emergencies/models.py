"""Columns and constraints of openings in an emergency.

Rules
- The inspector's own row says which alert they opened, until when and why. Nothing of it changes but a supervisor's review, once.
- The database takes none but of an alert that came to them, on call, with a factor shown, and one at a time (trigger `emergency_opened`).
- It is the server's own row and in no bundle. The entries that name it are in the case log, with the reason.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core.access.roles import Permission
from offmon.core.alerts.emergency import OPEN_FOR_MS, Opening
from offmon.core.ids import Id
from offmon.server.base.fields import IdField, MsField, TextField, reference
from offmon.server.base.rows import CaseRow
from offmon.server.base.sessions import Refusable, SecondPerson, agreed_in_another, refused_by_another, waiting_index


class EmergencyOpening(Refusable, CaseRow):
    """That an inspector opened an alert. Agreed to: a supervisor found it justified. Refused: they did not, and said why."""

    KIND = "emergency-opening"
    COMMITS = (
        *("alert", "by", "at", "until", "reason", "reviewed_by", "reviewed_at"),
        *("refused_by", "refused_at", "refusal"),
    )
    SECOND = SecondPerson(Permission.EMERGENCY_REVIEW, "by", "at", "reviewed_by")

    alert = reference("triage.Alert")
    alert_id: Id
    by = IdField()
    at = MsField()
    until = MsField()
    reason = TextField()
    reviewed_by = IdField(null=True)
    reviewed_at = MsField(null=True)

    class Meta:
        """An hour, for a reason; reviewed by another person in another session, or found not justified with a reason."""

        indexes: ClassVar = [waiting_index("emergency_waits", agreed_by="reviewed_by")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until=F("at") + OPEN_FOR_MS), name="emergency_lasts_an_hour"),
            models.CheckConstraint(condition=Q(reason__gt=""), name="emergency_has_reason"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None)
                | (Q(reviewed_by__isnull=False, reviewed_at__isnull=False, by__isnull=False) & ~Q(reviewed_by=F("by"))),
                name="emergency_reviewed_by_another",
            ),
            agreed_in_another("emergency_in_another_sitting", agreed_by="reviewed_by"),
            refused_by_another("emergency_refused_by_another", begun_by="by", agreed_by="reviewed_by"),
        ]

    def opening(self) -> Opening:
        """As the rule knows it."""
        return Opening(self.alert_id, self.at, self.until, self.reason)
