"""Who acknowledged an alert. Inside the scope that is open; the caller's query writes the consultation."""

from collections.abc import Collection
from dataclasses import dataclass

from offmon.core.ids import Id, Ms
from offmon.core.states import AlertState
from offmon.server.agencies import queries as agencies
from offmon.server.base.actor import Actor
from offmon.server.triage.models import Acknowledgement, Alert, Handover


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody acknowledged an alert."""

    by: Id
    name: str
    at: Ms


def answers_of(alerts: Collection[Id]) -> dict[Id, Answer]:
    """Who acknowledged each of these alerts last, and when."""
    rows = list(Acknowledgement.objects.filter(alert_id__in=alerts).order_by("at"))
    names = agencies.names_of({row.by for row in rows})
    return {row.alert_id: Answer(row.by, names.get(row.by, ""), row.at) for row in rows}


def acknowledgeable(row: Alert, said: Answer | None, actor: Actor) -> bool:
    """Whether an undecided alert is this person's to acknowledge: they have it, and have not said so since it came to them.

    `said`: who did last.
    """
    if row.state is AlertState.DECIDED:
        return False
    passed = Handover.objects.filter(alert=row).order_by("-at").values_list("staff", "at").first()
    staff, since = (row.owner, row.opened_at) if passed is None else passed
    return staff == actor.id and (said is None or said.at < since or said.at <= row.risen_at)
