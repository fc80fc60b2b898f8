"""Two people means two accounts and two sessions: each row keeps the sessions of the two acts behind it (R-LEG-24, design §5).

Rules
- One person begins (records, drafts, prepares, asks), another agrees (confirms, authorises, approves, signs) or refuses, with a reason.
- Each table declares its two acts once, as its `SECOND`: who waits for whom follows from that (`server/start_page`).
- The sessions are no fields of the record: they concern our machines, and no bundle shows them.
- The rule of `core` refuses one session in the actions, a constraint refuses it in the database, and signer and vault check the rows again.
- The console names the session, so a compromised one could invent it. Its log entries name the same session, for comparison.
- A row that lacks either session cannot be agreed to; it must be begun again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.records import check_two_sessions
from offmon.server.base.fields import BoolField, IdField, MsField, TextField
from offmon.server.base.prepared import Given

REFUSED_BY_ONE: Final = Q(refused_by__isnull=False)


def _always(_at: Ms | Given) -> Q:
    return Q()


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """What a table asks a second person, who `needs` that permission. Texts name columns: who began it and when, and who agreed.

    `refused`: the rows that somebody refused, and the columns of who did, when, and why (None: enclosed, for its own page). `due`: of those
    that nobody has answered, the rows that may be answered at an instant. `answered_by`: the column of the agency whose staff answer, where
    that is another than works on the case.
    """

    needs: Permission
    begun_by: str
    begun_at: str
    agreed_by: str
    refused: Q = REFUSED_BY_ONE
    refused_by: str = "refused_by"
    refused_at: str = "refused_at"
    refusal: str | None = "refusal"
    due: Callable[[Ms | Given], Q] = _always
    answered_by: str | None = None

    def waiting(self, at: Ms | Given) -> Q:
        """The rows that wait for the second person."""
        return Q(**{self.agreed_by: None}) & ~self.refused & self.due(at)


class TwoSittings(models.Model):
    """A row behind which two acts of two people stand, and in which session each was done."""

    SECOND: ClassVar[SecondPerson]

    begun_in = IdField(null=True)
    agreed_in = IdField(null=True)

    class Meta:
        """A parent, not a table. Each child adds `agreed_in_another`."""

        abstract = True

    def is_newest(self) -> bool:
        """Whether nothing has taken its place since: of versions the second person is asked about the newest alone."""
        return True

    def check_agreeing_in(self, session: Id | None, what: str) -> None:
        """Raises Refused (`one-session`) unless the second act may be done in that session."""
        check_two_sessions(self.begun_in, session, what)

    def check_two_sittings(self, what: str) -> None:
        """Raises Refused (`one-session`) unless both acts were done, each in its own session: what signer and vault ask of the row."""
        check_two_sessions(self.begun_in, self.agreed_in, what)


@dataclass(frozen=True, slots=True)
class Refusal:
    """That a second person refused something, when, and why. `withdrawn`: it was taken back by the side that asked."""

    by: Id
    at: Ms
    reason: str
    withdrawn: bool = False


class Refusable(TwoSittings):
    """A row that the second person may refuse. The entry of that act says so, and no field of the record."""

    refused_by = IdField(null=True)
    refused_at = MsField(null=True)
    refusal = TextField(null=True)

    class Meta:
        """A parent, not a table. Each child adds `agreed_in_another` and `refused_by_another`."""

        abstract = True

    @property
    def said_no(self) -> Refusal | None:
        """That somebody refused it, if they did."""
        if self.refused_by is None or self.refused_at is None or not self.refusal:
            return None
        return Refusal(self.refused_by, self.refused_at, self.refusal)

    def refuse(self, by: Id, at: Ms, reason: str) -> list[str]:
        """Say that this person refuses it, and why: the columns to be saved. Raises Refused (`no-reason`)."""
        if not reason.strip():
            raise Refused("no-reason", "Enter why you refuse this. Whoever asked reads your reason.")
        self.refused_by, self.refused_at, self.refusal = by, at, reason
        return ["refused_by", "refused_at", "refusal"]


class Withdrawable(Refusable):
    """A row that the side that began it may take back, until somebody agrees. It is over then, as if it had been refused."""

    withdrawn = BoolField(default=False)

    class Meta:
        """A parent, not a table."""

        abstract = True

    @property
    def said_no(self) -> Refusal | None:
        """That somebody refused it or took it back, if they did."""
        said = super().said_no
        return said and replace(said, withdrawn=bool(self.withdrawn))

    def withdraw(self, by: Id, at: Ms, reason: str) -> list[str]:
        """Say that this person takes it back, and why: the columns to be saved.

        Raises Refused where it was answered already (`answered-already`), and without a reason (`no-reason`).
        """
        if getattr(self, self.SECOND.agreed_by) is not None or self.refused_by is not None:
            raise Refused("answered-already", "This was answered or withdrawn already. Read the answer on its page.")
        if not reason.strip():
            raise Refused("no-reason", "Enter why you withdraw this. Whoever was asked can read your reason.")
        self.withdrawn = True
        return [*self.refuse(by, at, reason), "withdrawn"]


def agreed_in_another(name: str, *, agreed_by: str) -> models.CheckConstraint:
    """The constraint of such a table: not agreed to yet, or in two sessions that are kept and differ. `agreed_by` names a column."""
    not_agreed_yet = Q(**{"agreed_in": None, agreed_by: None})
    in_two = Q(begun_in__isnull=False, agreed_in__isnull=False) & ~Q(agreed_in=F("begun_in"))
    return models.CheckConstraint(condition=not_agreed_yet | in_two, name=name)


def waiting_index(name: str, *, agreed_by: str) -> models.Index:
    """The index of such a table by which what waits is found, on every page of the console, among all that was answered long ago."""
    return models.Index(fields=["agency"], condition=Q(**{agreed_by: None}), name=name)


def refused_by_another(
    name: str, *, begun_by: str, agreed_by: str, withdrawn: bool = False, marked: bool = False
) -> models.CheckConstraint:
    """The constraint of a `Refusable` table: refused by another than who began it, with a reason, and never agreed to as well.

    `begun_by` and `agreed_by` name columns. `withdrawn`: whoever began it may take it back. `marked`: the row says so (`Withdrawable`).
    """
    refused = Q(refused_by__isnull=False, refused_at__isnull=False, refusal__isnull=False, refusal__gt="")
    by_another = Q() if withdrawn else Q(**{f"{begun_by}__isnull": False}) & ~Q(refused_by=F(begun_by))
    untouched = Q(refused_by=None, refused_at=None, refusal=None)
    if marked:
        untouched, by_another = untouched & Q(withdrawn=False), by_another | Q(withdrawn=True, withdrawn__isnull=False)
    condition = untouched | (refused & Q(**{agreed_by: None}) & by_another)
    return models.CheckConstraint(condition=condition, name=name)
