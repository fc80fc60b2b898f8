"""What stands beside one alert: how the like was decided before, and its place among those that wait. Inside the scope that is open."""

from dataclasses import dataclass
from typing import Final

from offmon.core.ids import Id, Ms
from offmon.core.log.records import DecisionOutcome
from offmon.server.agencies import queries as agencies
from offmon.server.audit import queries as log
from offmon.server.detectors.queries import base_of
from offmon.server.triage.models import Alert, Decision
from offmon.server.triage.queries.caseload import to_decide
from offmon.server.triage.queries.queue_lines import QueueOrder, ordered

LIKE_SHOWN: Final = 3
PLACES: Final = 500


@dataclass(frozen=True, slots=True)
class LikeDecision:
    """How an alert of the same person, list (in any version) and rule was decided last. `total`: how many of them were decided.

    `revealed`: who decided it saw a disclosure of it before.
    """

    alert: Id
    outcome: DecisionOutcome
    reason: str
    decided_by: str
    decided_at: Ms
    total: int
    revealed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Which of the undecided alerts it is, the gravest being the first; and those beside it. `like`: of its person, list and gravity."""

    number: int
    total: int
    before: Id | None
    after: Id | None
    like: tuple[Id, ...]


def decided_before(alert: Alert) -> tuple[LikeDecision, ...]:
    """The newest decisions of the like, each alert once."""
    named = base_of(alert.list_name)
    like = Decision.objects.filter(case=alert.case, alert__rule=alert.rule, alert__list_name__startswith=f"{named}@")
    last = like.exclude(alert=alert.id).order_by("alert_id", "-decided_at").distinct("alert_id")
    rows = sorted(last, key=lambda one: one.decided_at, reverse=True)
    names = agencies.names_of({row.decided_by for row in rows[:LIKE_SHOWN]})
    seen = log.first_reveals([row.alert_id for row in rows[:LIKE_SHOWN]], alert.case)
    return tuple(
        LikeDecision(
            *(row.alert_id, row.outcome, row.reason, names.get(row.decided_by, "someone"), row.decided_at, len(rows)),
            revealed=seen.get((row.alert_id, row.decided_by), row.decided_at) < row.decided_at,
        )
        for row in rows[:LIKE_SHOWN]
    )


def place_of(alert: Alert) -> Place | None:
    """Its place among the undecided alerts of the actor's caseload; None where it is decided, or one of very many."""
    waiting = to_decide()
    found = list(ordered(waiting, QueueOrder.GRAVEST).values_list("id", "case", "list_name", "gravity")[:PLACES])
    ids = [Id(one) for one, *_ in found]
    if alert.id not in ids:
        return None
    at, its_own = ids.index(alert.id), (alert.case, base_of(alert.list_name), alert.gravity)
    like = [Id(one) for one, case, of, gravity in found if one != alert.id and (case, base_of(of), gravity) == its_own]
    return Place(
        number=at + 1,
        total=len(ids),
        before=ids[at - 1] if at else None,
        after=ids[at + 1] if at + 1 < len(ids) else None,
        like=tuple(like),
    )
