"""Columns and constraints of restrictions: who asked, who decided, of what, until when, and the reasons.

Rules
- One person asks and another decides, in another session. The table refuses anything else.
- The reasons are enclosed with the agency's column key, which the portal lacks. The portal reads only what it must leave out.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from offmon.core import clock
from offmon.core.access.roles import Permission
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.person.restrictions import MOST_DAYS, AgreedRestriction, Decided, Line, RestrictionGround, Telling
from offmon.server.base.fields import BoolField, BytesField, EnumField, IdField, MsField
from offmon.server.base.rows import CaseRow
from offmon.server.base.sessions import SecondPerson, TwoSittings, agreed_in_another, waiting_index

ENCLOSED_NOTHING = 28  # bytes of an enclosed text without a letter: its nonce and its tag


class Restriction(CaseRow, TwoSittings):
    """Lines of a case that are told later. `outcome` null: nobody has decided yet."""

    KIND = "restriction"
    COMMITS = (
        *("ground", "sent", "looked", "since", "until", "reasons", "told", "routes_given", "ends_at", "asked_by"),
        *("asked_at", "decided_by", "decided_at", "outcome", "decision", "lifted_by", "lifted_at", "lifting"),
    )

    SECOND = SecondPerson(
        Permission.RESTRICTION_DECIDE,
        *("asked_by", "asked_at", "decided_by"),
        refused=Q(outcome=Decided.REFUSED.value),
        refused_by="decided_by",
        refused_at="decided_at",
        refusal=None,
        due=lambda at: Q(ends_at__gt=at),
    )

    ground = EnumField(RestrictionGround)
    sent = BoolField()
    looked = BoolField()
    since = MsField()
    until = MsField()
    reasons = BytesField()
    told = EnumField(Telling)
    routes_given = BoolField()
    ends_at = MsField()
    asked_by = IdField()
    asked_at = MsField()
    decided_by = IdField(null=True)
    decided_at = MsField(null=True)
    outcome = EnumField(Decided, null=True)
    decision = BytesField(null=True)
    lifted_by = IdField(null=True)
    lifted_at = MsField(null=True)
    lifting = BytesField(null=True)

    class Meta:
        """Two people, an end that is near, a ground and reasons."""

        indexes: ClassVar = [waiting_index("restriction_waits", agreed_by="decided_by")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, outcome=None, decision=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, outcome__isnull=False, decision__isnull=False)
                & Q(asked_by__isnull=False)
                & ~Q(decided_by=F("asked_by")),
                name="restriction_decided_by_another",
            ),
            agreed_in_another("restriction_in_another_sitting", agreed_by="decided_by"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("asked_at"), ends_at__lte=F("asked_at") + MOST_DAYS * clock.DAY_MS),
                name="restriction_ends_soon",
            ),
            models.CheckConstraint(
                condition=Q(GreaterThan(Length("reasons"), ENCLOSED_NOTHING), ground__in=list(RestrictionGround)),
                name="restriction_has_ground_and_reasons",
            ),
            models.CheckConstraint(
                condition=(Q(looked=True) | Q(sent=True)) & Q(until__gt=F("since")), name="restriction_of_something"
            ),
            models.CheckConstraint(
                condition=Q(told=Telling.LETTER, routes_given=True) | Q(told=Telling.NOTHING, routes_given=False),
                name="restriction_letter_gives_routes",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None, lifted_at=None, lifting=None)
                | Q(outcome=Decided.AGREED, lifted_by__isnull=False, lifted_at__isnull=False, lifting__isnull=False),
                name="restriction_lifted_once_agreed",
            ),
        ]

    @property
    def lines(self) -> frozenset[Line]:
        """Which kinds of line it is about."""
        return frozenset(line for line, held in ((Line.SENT, self.sent), (Line.LOOKED, self.looked)) if held)

    def held(self) -> AgreedRestriction:
        """What the rule of `core` takes. Raises Refused (`not-decided`) for one that nobody agreed to."""
        if self.outcome is not Decided.AGREED or self.decided_at is None:
            raise Refused("not-decided", "A restriction starts when a second person agrees.")
        return AgreedRestriction(
            self.lines, Period(self.since, self.until), self.decided_at, self.ends_at, self.lifted_at
        )
