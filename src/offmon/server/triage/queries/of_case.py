"""The alerts of one person: each with what was decided of it, and what happened by day and by hour."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.alerts import timeline
from offmon.core.alerts.timeline import Day, Hour
from offmon.core.authority.capability import Capability
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import ActionKind, DecisionOutcome
from offmon.core.states import AlertState
from offmon.server.agencies import queries as agencies
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.triage.locked.queries import free_items, listed
from offmon.server.triage.models import Alert, AlertItem, Decision
from offmon.server.triage.queries.second_looks import blind_to

CASE_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class CaseAlertRow:
    """An alert of a case. What stands from `outcome` on is of the decision that counts; None where nobody decided it.

    `blind`: somebody did, and the reader looks at it again before they are shown what.
    """

    id: Id
    capability: Capability
    list_name: str
    rule: str
    gravity: Gravity
    opened_at: Ms
    outcome: DecisionOutcome | None = None
    decided_at: Ms | None = None
    decided_by: str | None = None
    action: Id | None = None
    what: ActionKind | None = None
    is_done: bool = False
    blind: bool = False


@dataclass(frozen=True, slots=True)
class CaseAlerts:
    """Some of them, the undecided first and then the newest; of how many, and how many nobody decided."""

    rows: list[CaseAlertRow]
    total: int
    undecided: int
    page: int = CASE_PAGE


@dataclass(frozen=True, slots=True)
class History:
    """What the overview draws."""

    days: tuple[Day, ...]
    hours: tuple[Hour, ...]


def case_alerts(case: Id, page: int = 0, *, actor: Actor) -> CaseAlerts:
    """The alerts of a case on the actor's caseload. An entry says that they were shown."""
    actor.check(Permission.ALERT_READ)
    with scope(actor):
        all_of_it = listed(Alert.objects.filter(case=case))
        rows = list(all_of_it.order_by("-state", "-opened_at", "id")[page * CASE_PAGE :][:CASE_PAGE])
        decided = Decision.objects.filter(alert__in=rows).select_related("action").order_by("decided_at")
        newest = {one.alert_id: one for one in decided}
        names = agencies.names_of({one.decided_by for one in newest.values()})
        append(actor, Verb.ALERT_CONSULTED, case=case)
        blind = blind_to(actor) if actor.may(Permission.DECISION_SAMPLE) else frozenset()
        shown = {row.id: None if row.id in blind else newest.get(row.id) for row in rows}
        return CaseAlerts(
            [replace(_row(row, shown[row.id], names), blind=row.id in blind) for row in rows],
            all_of_it.count(),
            all_of_it.exclude(state=AlertState.DECIDED).count(),
        )


def _row(row: Alert, decision: Decision | None, names: dict[Id, str]) -> CaseAlertRow:
    """A line of one alert, and of its decision if it has one."""
    line = CaseAlertRow(row.id, row.capability, row.list_name, row.rule, row.gravity, row.opened_at)
    if decision is None:
        return line
    action = decision.action
    return replace(
        line,
        outcome=decision.outcome,
        decided_at=decision.decided_at,
        decided_by=names.get(decision.decided_by, "someone who has left"),
        action=action and action.id,
        what=action and action.what,
        is_done=action is not None and (action.done_at is not None or action.cancelled_in_id is not None),
    )


def history(case: Id, uncovered: Iterable[tuple[Ms, Ms]], now: Ms, *, actor: Actor) -> History:
    """The last weeks of a case; the page's query of the case writes the consultation. `uncovered`: from when until when."""
    actor.check(Permission.ALERT_READ)
    with scope(actor):
        begin = timeline.since(now)
        visits = list(free_items().filter(case=case, event_at__gte=begin).values_list("event_at", flat=True))
        raised = Alert.objects.filter(case=case, opened_at__gte=begin).values_list("opened_at", flat=True)
        decided = Decision.objects.filter(case=case, corrects=None, decided_at__gte=begin).values_list(
            "decided_at", flat=True
        )
        return History(timeline.days(raised, decided, visits, uncovered, now), timeline.hours(visits, now))


def decided_about(leaves: Collection[Id]) -> int:
    """How many decisions, corrections aside, are about an alert with one of these leaves. Inside the scope that is open."""
    alerts = AlertItem.objects.filter(leaf__in=list(leaves)).values("alert")
    return Decision.objects.filter(alert__in=alerts, corrects=None).count()
