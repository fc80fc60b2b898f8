"""Which alerts are locked whole: everything that they group was collected at a time without authority (design §1.9).

Such an alert is in no queue, waits for nobody and cannot be decided. One of which a part is locked stays, without that part.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from offmon.core.states import AlertState
from offmon.server.intake.quarantine.queries import locked_items
from offmon.server.triage.models import Alert, AlertItem


def free_items() -> "QuerySet[AlertItem]":
    """What alerts group and is not locked, inside the scope that is open."""
    return AlertItem.objects.exclude(Exists(locked_items().filter(leaf=OuterRef("leaf"))))


def free(alerts: "QuerySet[Alert]") -> "QuerySet[Alert]":
    """Those of these alerts that are not locked whole, inside the scope that is open."""
    return alerts.filter(_not_whole())


def listed(alerts: "QuerySet[Alert]") -> "QuerySet[Alert]":
    """Those, and what was decided before it was locked."""
    return alerts.filter(_not_whole() | Q(state=AlertState.DECIDED))


def is_free(alert: Alert) -> bool:
    """Whether an alert groups something that is not locked."""
    return free_items().filter(alert=alert.id).exists()


def _not_whole() -> Q:
    """Few alerts group anything that is locked: those are found once a statement, and only of them is asked whether all of it is."""
    touched = AlertItem.objects.filter(leaf__in=locked_items().values("leaf")).values("alert_id")
    return ~Q(id__in=touched) | Q(Exists(free_items().filter(alert=OuterRef("id"))))
