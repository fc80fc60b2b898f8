"""Two people are two accounts and two sessions: in which session each of the two acts behind a row was done (R-LEG-24, design §5).

Rules
- One act begins (records, drafts, prepares, asks), the other agrees (confirms, authorises, approves, signs). Each keeps its session.
- The sessions are no fields of the record: they are about our machines, and bundles show none, as they show none of an entry's.
- The actions refuse one session by the rule of `core`, the database by a constraint, and signer and vault ask the rows again.
- The console says which session it is; a taken one could invent one. Its entries in the log name the same session, for whoever compares.
- No row is agreed to of which a session is not kept, be it one or both: what was begun in none is begun again.
"""

from django.db import models
from django.db.models import F, Q

from offmon.core.errors import OffmonError
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

    def has_two_sittings(self) -> bool:
        """Whether `check_two_sittings` lets it pass."""
        try:
            self.check_two_sittings("This")
        except OffmonError:
            return False
        return True


def agreed_in_another(name: str, *, agreed_by: str) -> models.CheckConstraint:
    """The constraint of such a table: not agreed to yet, or in two sessions that are kept and differ. `agreed_by` names a column."""
    not_agreed_yet = Q(**{"agreed_in": None, agreed_by: None})
    in_two = Q(begun_in__isnull=False, agreed_in__isnull=False) & ~Q(agreed_in=F("begun_in"))
    return models.CheckConstraint(condition=not_agreed_yet | in_two, name=name)
