"""Columns and constraints of the rota.

Rules
- A shift is written once. Its time may be cut short, as of now; nothing else of it changes (trigger `shift_ahead`).
- The database takes no second shift of a team and turn at the same instant (`shift_alone`), and none that begins in the past.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core.alerts.rota import LONGEST_MS, Tier
from offmon.core.ids import Id
from offmon.server.base.fields import EnumField, IdField, MsField, reference
from offmon.server.base.rows import AgencyRow


class Shift(AgencyRow):
    """Somebody is on call, in which turn, for a team or (None) for the whole agency. `ended_at`: it was cut short then."""

    KIND = "shift"
    COMMITS = ("team", "tier", "staff", "since", "until", "set_by", "set_at", "ended_by", "ended_at")

    team = reference("agencies.Team", null=True)
    team_id: Id | None
    tier = EnumField(Tier)
    staff = reference("agencies.Staff")
    staff_id: Id
    since = MsField()
    until = MsField()
    set_by = IdField()
    set_at = MsField()
    ended_by = IdField(null=True)
    ended_at = MsField(null=True)

    class Meta:
        """It lasts a while, and 7 days at most. The inspector is the whole agency's. Whoever ended it did so at some time."""

        indexes: ClassVar = [models.Index(fields=["agency", "until"], name="shift_ahead")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since"), until__lte=F("since") + LONGEST_MS), name="shift_lasts"
            ),
            models.CheckConstraint(
                condition=~Q(tier=Tier.INSPECTOR.value) | Q(team=None), name="shift_inspector_of_agency"
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None, ended_at=None) | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="shift_ended_by_somebody",
            ),
        ]
