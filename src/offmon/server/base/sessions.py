"""Two people means two accounts and two sessions: each row keeps the sessions of the two acts behind it (R-LEG-24, design §5).

Rules
- One person begins (records, drafts, prepares, asks), another agrees (confirms, authorises, approves, signs).
- The sessions are no fields of the record: they concern our machines, and no bundle shows them.
- The rule of `core` refuses one session in the actions, a constraint refuses it in the database, and signer and vault check the rows again.
- The console names the session, so a compromised one could invent it. Its log entries name the same session, for comparison.
- A row that lacks either session cannot be agreed to; it must be begun again.
"""

from django.db import models
from django.db.models import F, Q

from offmon.core.ids import Id
from offmon.core.log.records import check_two_sessions
from offmon.server.base.fields import IdField


class TwoSittings(models.Model):
    """A row behind which two acts of two people stand, and in which session each was done."""

    begun_in = IdField(null=True)
    agreed_in = IdField(null=True)

    class Meta:
        """A parent, not a table. Each child adds `agreed_in_another`."""

        abstract = True

    def check_agreeing_in(self, session: Id | None, what: str) -> None:
        """Raises Refused (`one-session`) unless the second act may be done in that session."""
        check_two_sessions(self.begun_in, session, what)

    def check_two_sittings(self, what: str) -> None:
        """Raises Refused (`one-session`) unless both acts were done, each in its own session: what signer and vault ask of the row."""
        check_two_sessions(self.begun_in, self.agreed_in, what)


def agreed_in_another(name: str, *, agreed_by: str) -> models.CheckConstraint:
    """The constraint of such a table: not agreed to yet, or in two sessions that are kept and differ. `agreed_by` names a column."""
    not_agreed_yet = Q(**{"agreed_in": None, agreed_by: None})
    in_two = Q(begun_in__isnull=False, agreed_in__isnull=False) & ~Q(agreed_in=F("begun_in"))
    return models.CheckConstraint(condition=not_agreed_yet | in_two, name=name)
