"""Who was called about which alert: only the console reads it, and each reader sees their own calls on their caseload."""

from offmon.core.ids import Id
from offmon.core.states import AlertState
from offmon.server.base.actor import Actor
from offmon.server.reaching.queries import references
from offmon.server.triage.models import Called


def references_of_calls(actor: Actor) -> dict[Id, str]:
    """By which reference the reader was called last, of each undecided alert that they were called about; in the scope that is open."""
    rows = Called.objects.filter(staff=actor.id).exclude(alert__state=AlertState.DECIDED).order_by("at")
    of = dict(rows.values_list("alert_id", "message"))
    known = references(of.values())
    return {alert: known[message] for alert, message in of.items()}
