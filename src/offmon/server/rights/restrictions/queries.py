"""Every read of restrictions: the staff's, each with an entry, and what the person's page leaves out."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.contrib.postgres.aggregates import JSONBAgg
from django.db import connection
from django.db.models.functions import JSONObject

from offmon.core.access.roles import Permission
from offmon.core.clock import Period
from offmon.core.errors import passes
from offmon.core.formats.event import Gap
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.person import delay, restrictions
from offmon.core.person.coverage import Undeclared
from offmon.core.person.restrictions import (
    AgreedRestriction,
    Decided,
    Line,
    RestrictionGround,
    RestrictionStanding,
    Telling,
)
from offmon.server.agencies import queries as agencies
from offmon.server.audit.actions import append, append_each
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.scope import scope
from offmon.server.people import queries as people
from offmon.server.people.queries import PersonView
from offmon.server.rights.restrictions.models import Restriction
from offmon.server.rights.restrictions.policy import check_decide, check_lift

FOR_THE_PORTAL = ("id", "sent", "looked", "since", "until", "outcome", "decided_at", "ends_at", "lifted_at")


@dataclass(frozen=True, slots=True)
class RestrictionRow:
    """A restriction in a list: whose, of what, until when, and how it stands."""

    id: Id
    person: PersonView
    ground: RestrictionGround
    lines: frozenset[Line]
    happened: Period
    ends_at: Ms
    asked_at: Ms
    standing: RestrictionStanding


@dataclass(frozen=True, slots=True)
class RestrictionDetail:
    """A restriction in full. Reasons are restricted: in memory for one answer. Names are of colleagues; None where nobody did it."""

    row: RestrictionRow
    reasons: str
    told: Telling
    routes_given: bool
    asked_by: str
    decided_by: str | None
    decided_at: Ms | None
    decision: str | None
    lifted_by: str | None
    lifted_at: Ms | None
    lifting: str | None
    may_decide: bool
    may_lift: bool


@dataclass(frozen=True, slots=True)
class AgencyRestriction:
    """A restriction of the agency as who protects its data sees it. `id` and `case`: None where the case is not open to them."""

    id: Id | None
    case: Id | None
    ground: RestrictionGround
    asked_at: Ms
    ends_at: Ms
    standing: RestrictionStanding


def of_agency(actor: Actor) -> list[AgencyRestriction]:
    """Those that hold back or wait, inside the scope that is open: what waits first, then what ends soonest.

    By a function of the database, which names no case that is not open to the actor. The caller's query writes the consultations.
    """
    actor.check(Permission.DATA_PROTECTION_READ)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("select * from rights_restrictions_of_agency(%s)", [now])
        rows = cursor.fetchall()
    found = [
        AgencyRestriction(
            None if row_id is None else Id(row_id.hex),
            None if case is None else Id(case.hex),
            RestrictionGround(ground),
            asked_at,
            ends_at,
            restrictions.standing(ends_at, None if outcome is None else Decided(outcome), lifted_at, now),
        )
        for row_id, case, ground, asked_at, ends_at, outcome, lifted_at in rows
    ]
    held = [one for one in found if one.standing in {RestrictionStanding.WAITING, RestrictionStanding.IN_FORCE}]
    return sorted(held, key=lambda one: (one.standing is not RestrictionStanding.WAITING, one.ends_at, one.asked_at))


def asking_about(case: Id, *, actor: Actor) -> PersonView | None:
    """The person about whom somebody is about to ask; None outside the caseload."""
    actor.check(Permission.RESTRICTION_ASK)
    with scope(actor):
        named = people.names_of([case])
        append_each(actor, Verb.RESTRICTION_CONSULTED, cases=named)
        return named.get(case)


def on_caseload(*, actor: Actor) -> list[RestrictionRow]:
    """Every restriction of the actor's cases: those that wait for a decision first, then by their end, the last first."""
    actor.check(Permission.RESTRICTION_READ)
    with scope(actor):
        now = clock.now()
        rows = list(Restriction.objects.filter(case__in=agencies.caseload_of(actor.id, now)))
        named = people.names_of({row.case for row in rows})
        append_each(actor, Verb.RESTRICTION_CONSULTED, cases=named)
        found = [_row(row, named[row.case], now) for row in rows]
    return sorted(found, key=lambda one: (one.standing is not RestrictionStanding.WAITING, -one.ends_at, one.id))


def restriction(restriction_id: Id, *, actor: Actor) -> RestrictionDetail | None:
    """One restriction with its reasons; None outside the actor's caseload."""
    actor.check(Permission.RESTRICTION_READ)
    with scope(actor):
        row = Restriction.objects.filter(id=restriction_id).first()
        if row is None:
            return None
        append(actor, Verb.RESTRICTION_CONSULTED, case=row.case)
        return _detail(row, actor)


def held_on(case: Id) -> tuple[AgreedRestriction, ...]:
    """The restrictions of a case that were agreed to. For the person's page, inside the scope that is open.

    They come as one row, however many there are and where there is none, so that their number is not that of the rows of a page.
    """
    agreed = Restriction.objects.filter(case=case, outcome=Decided.AGREED)
    one_row = agreed.aggregate(rows=JSONBAgg(JSONObject(**{name: name for name in FOR_THE_PORTAL})))
    return tuple(Restriction(**{**row, "outcome": Decided.AGREED}).held() for row in one_row["rows"] or ())


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a case's lines when a restriction is honoured: one question a line, asked of the rule of `core` alone."""

    held: tuple[AgreedRestriction, ...]
    delay_days: int
    at: Ms

    @classmethod
    def of(cls, case: Id, delay_days: int) -> "Left":
        """For this moment, inside the scope that is open."""
        return cls(held_on(case), delay_days, clock.now())

    def sent(self, happened: Ms | None, reached: Ms) -> bool:
        """Whether a line of something that was sent is left. Of what is not kept nobody knows when it happened: any time before it came."""
        when = Period(Ms(0), Ms(reached + 1)) if happened is None else _moment(happened)
        return self._is_left(Line.SENT, when, self._due(reached), self.held)

    def looked(self, what: Verb, at: Ms) -> bool:
        """Whether a line of who looked at that is left."""
        due = delay.looks_due_at(at, self.delay_days)
        return self._is_left(Line.LOOKED, _moment(at), due, restrictions.on_look(what, self.held))

    def gap(self, gap: Gap, reached: Ms) -> bool:
        """Whether a coverage gap is left: one that waits tells of what was sent, and is held back like it."""
        return not delay.waits(gap.reason) or self._is_left(Line.SENT, _span(gap), self._due(reached), self.held)

    def undeclared(self, one: Undeclared) -> bool:
        """Whether a time that no gap covers is left. It may end where a gap begins that waits, and is held back like one."""
        when = Period(one.since, one.until)
        return self._is_left(Line.SENT, when, self._due(one.until), self.held)

    def _due(self, reached: Ms) -> Ms:
        return delay.due_at(reached, self.delay_days)

    def _is_left(self, line: Line, happened: Period, due: Ms, held: tuple[AgreedRestriction, ...]) -> bool:
        return not restrictions.is_withheld(line, happened, due, held, self.at)


def _moment(at: Ms) -> Period:
    return Period(at, Ms(at + 1))


def _span(gap: Gap) -> Period:
    return Period(gap.since, Ms(max(gap.until, gap.since + 1)))


def _row(row: Restriction, person: PersonView, now: Ms) -> RestrictionRow:
    stands = restrictions.standing(row.ends_at, row.outcome, row.lifted_at, now)
    happened = Period(row.since, row.until)
    return RestrictionRow(row.id, person, row.ground, row.lines, happened, row.ends_at, row.asked_at, stands)


def _detail(row: Restriction, actor: Actor) -> RestrictionDetail:
    now, opened = clock.now(), partial(_opened, row)
    names = agencies.names_of(_given([row.asked_by, row.decided_by, row.lifted_by]))
    return RestrictionDetail(
        row=_row(row, people.names_of([row.case])[row.case], now),
        reasons=opened("reasons") or "",
        told=row.told,
        routes_given=row.routes_given,
        asked_by=names.get(row.asked_by, "Someone who has left"),
        decided_by=_name(names, row.decided_by),
        decided_at=row.decided_at,
        decision=opened("decision"),
        lifted_by=_name(names, row.lifted_by),
        lifted_at=row.lifted_at,
        lifting=opened("lifting"),
        may_decide=passes(check_decide, actor, row, now),
        may_lift=passes(check_lift, actor, row, now),
    )


def _opened(row: Restriction, column: str) -> str | None:
    enclosed: bytes | None = getattr(row, column)
    return None if enclosed is None else column_key().open(enclosed, Restriction, row.id, column)


def _given(ids: Iterable[Id | None]) -> set[Id]:
    return {one for one in ids if one is not None}


def _name(names: dict[Id, str], staff: Id | None) -> str | None:
    return None if staff is None else names.get(staff, "Someone who has left")
