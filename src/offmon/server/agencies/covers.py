"""Who covers for whom now, and who has left cases behind, on the caseload of whoever asks."""

from dataclasses import dataclass

from django.db.models import Count, Max

from offmon.core.access.roles import Permission, Role
from offmon.core.ids import Id, Ms
from offmon.server.agencies import queries
from offmon.server.agencies.queries import StaffView
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope


@dataclass(frozen=True, slots=True)
class CoverView:
    """Somebody covers for a colleague until then, on so many cases."""

    away: Id
    away_name: str
    by: Id
    by_name: str
    until: Ms
    cases: int


def covers(*, actor: Actor) -> list[CoverView]:
    """The covers that are running on the actor's caseload: their own, and of colleagues where they say who works on a case."""
    with scope(actor):
        return covers_within(actor)


def covers_within(actor: Actor) -> list[CoverView]:
    """The same inside the scope that is open. It names no case."""
    running = queries.open_at(clock.now()).exclude(covers=None)
    grouped = running.values_list("covers_id", "staff_id").annotate(until=Max("until"), cases=Count("case"))
    rows = [row for row in grouped.order_by("until") if actor.may(Permission.CASELOAD_MANAGE) or actor.id in row[:2]]
    names = queries.names_of({one for row in rows for one in row[:2]})
    return [CoverView(away, names[away], by, names[by], until, cases) for away, by, until, cases in rows]


def could_be_away(*, actor: Actor) -> list[StaffView]:
    """Who of the agency works on a case of the actor's caseload, by name."""
    with scope(actor):
        now = clock.now()
        on = queries.open_at(now).filter(case__among=queries.caseload_of(actor.id, now), party=None)
        found = queries.staff_named(set(on.values_list("staff_id", flat=True)))
        return sorted(found.values(), key=lambda one: (one.display_name, one.role, one.id))


@dataclass(frozen=True, slots=True)
class LeaverView:
    """Somebody whose account is closed and to whom so many cases of the actor's caseload are open still."""

    id: Id
    name: str
    role: Role
    cases: int


def leavers(*, actor: Actor) -> list[LeaverView]:
    """Who has left cases behind on the actor's caseload, by name. It names no case. Inside the scope that is open."""
    now = clock.now()
    mine = queries.open_at(now).filter(staff_id=actor.id).values("case")
    rows = queries.open_at(now).filter(case__in=mine, party=None, covers=None, staff__is_active=False)
    counted = rows.order_by().values_list("staff_id", "staff__display_name", "staff__role").annotate(Count("case"))
    return [
        LeaverView(Id(one), name, Role(role), cases)
        for one, name, role, cases in counted.order_by("staff__display_name")
    ]
