"""The alerts of a case to choose from, for a bundle, and what was decided of each. Who asks has consulted the case."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from offmon.core.access.roles import Permission
from offmon.core.ids import Id, Ms
from offmon.core.log.records import DecisionOutcome, LeafPlace
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.triage.models import Alert, AlertItem, Decision


@dataclass(frozen=True, slots=True)
class AlertChoice:
    """An alert as one chooses it for a bundle. `outcome` None: nobody decided it."""

    id: Id
    list: str
    rule: str
    opened_at: Ms
    count: int
    outcome: DecisionOutcome | None


def choices_of(case: Id, *, actor: Actor) -> list[AlertChoice]:
    """The alerts of a case, newest first, to choose from; the page's query of the case writes the consultation."""
    actor.check(Permission.ALERT_READ)
    with scope(actor):
        rows, decided = Alert.objects.filter(case=case), outcomes_of(case)
        counts = dict(rows.annotate(count=Count("items")).values_list("id", "count"))
        return [
            AlertChoice(row.id, row.list_name, row.rule, row.opened_at, counts[row.id], decided.get(row.id))
            for row in rows.order_by("-opened_at", "id")
        ]


def outcomes_of(case: Id) -> dict[Id, DecisionOutcome]:
    """What was decided last of each alert of a case that was decided, inside the scope that is open; whoever asks shows nothing by it."""
    return {one.alert_id: one.outcome for one in Decision.objects.filter(case=case).order_by("decided_at")}


def corrected_since(case: Id, since: Ms) -> set[Id]:
    """The alerts of a case whose decision was corrected since then, inside the scope that is open."""
    rows = Decision.objects.filter(case=case, corrects__isnull=False, decided_at__gt=since)
    return set(rows.values_list("alert_id", flat=True))


def leaves_of(alerts: Iterable[Id]) -> dict[Id, LeafPlace]:
    """The leaves of these alerts, each with its place, inside the scope that is open."""
    return {one.leaf: one.place() for one in AlertItem.objects.filter(alert_id__in=list(alerts))}


def ids_of(case: Id) -> set[Id]:
    """The alerts of a case, inside the scope that is open."""
    return set(Alert.objects.filter(case=case).values_list("id", flat=True))
