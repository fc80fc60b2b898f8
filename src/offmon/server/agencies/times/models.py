"""Columns and constraints of an agency's times.

Rules
- A version is proposed by one administrator, and another agrees or says no, in another session. Nothing of it changes afterwards
  (trigger `times_answered_once`).
- The database takes no value outside the bounds of design, and no graver class that is slower.
"""

from functools import reduce
from operator import and_
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from offmon.core.access.roles import Permission
from offmon.core.alerts.times import BOUNDS, AlertTimes
from offmon.server.base.fields import IdField, IntField, MsField, TextField
from offmon.server.base.rows import AgencyRow
from offmon.server.base.sessions import Refusable, SecondPerson, agreed_in_another, refused_by_another, waiting_index

VALUES: Final = tuple(BOUNDS)
_WITHIN: Final = Q(**{f"{name}__range": (bound.least, bound.most) for name, bound in BOUNDS.items()})
_ORDER: Final = (
    ("urgent_acknowledge", "high_acknowledge"),
    ("high_acknowledge", "standard_acknowledge"),
    ("urgent_decide", "high_decide"),
    ("high_decide", "standard_decide"),
    ("urgent_acknowledge", "urgent_decide"),
    ("high_acknowledge", "high_decide"),
    ("standard_acknowledge", "standard_decide"),
)
_IN_ORDER: Final = reduce(and_, (Q(**{f"{less}__lte": F(more)}) for less, more in _ORDER), Q(opens__lt=F("closes")))


class TimesVersion(Refusable, AgencyRow):
    """A version of the agency's times, in minutes: who proposed it and why, and who agreed to it when. It counts from then on."""

    KIND = "alert-times"
    COMMITS = (*VALUES, "reason", "asked_by", "asked_at", "agreed_by", "agreed_at")
    SECOND = SecondPerson(Permission.STAFF_MANAGE, *("asked_by", "asked_at", "agreed_by"))

    urgent_acknowledge = IntField()
    urgent_decide = IntField()
    high_acknowledge = IntField()
    high_decide = IntField()
    standard_acknowledge = IntField()
    standard_decide = IntField()
    opens = IntField()
    closes = IntField()
    reason = TextField()
    asked_by = IdField()
    asked_at = MsField()
    agreed_by = IdField(null=True)
    agreed_at = MsField(null=True)

    class Meta:
        """Inside the bounds of design, by two people, one at a time."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=_WITHIN, name="times_within_bounds"),
            models.CheckConstraint(condition=_IN_ORDER, name="times_in_order"),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False, asked_by__isnull=False)
                & ~Q(agreed_by=F("asked_by")),
                name="times_agreed_by_another",
            ),
            agreed_in_another("times_in_another_sitting", agreed_by="agreed_by"),
            refused_by_another("times_refused_by_another", begun_by="asked_by", agreed_by="agreed_by", withdrawn=True),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(agreed_by=None, refused_by=None), name="times_one_waits"
            ),
        ]
        indexes: ClassVar = [waiting_index("times_waits", agreed_by="agreed_by")]

    def times(self) -> AlertTimes:
        """The values, as the rules read them."""
        return AlertTimes(**{name: getattr(self, name) for name in VALUES})
