"""Who has an alert, since when, and who answered: from its hand-overs, the log's reviews and the acknowledgements.

Inside the scope that is open. It shows nothing of a case, and is no consultation.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Case, F, IntegerField, Q, Value, When

from offmon.core.access.roles import Permission
from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.escalation import counts, waits_since
from offmon.core.alerts.holding import goes_on_at, goes_on_unreached
from offmon.core.alerts.times import DESIGN, AlertTimes, in_force
from offmon.core.formats.event import GRAVEST, Gravity
from offmon.core.ids import Id, Ms
from offmon.core.states import AlertState
from offmon.server.agencies.rota.queries import is_out_of_hours
from offmon.server.agencies.times.queries import versions
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.reaching.queries import came_back, references, unreached
from offmon.server.triage.locked.queries import free
from offmon.server.triage.models import Acknowledgement, Alert, Called, Handover
from offmon.server.triage.queries import last_looks

UNSENT: Final = "No message"


@dataclass(frozen=True, slots=True)
class Held:
    """Who has an alert (`staff` None: nobody by name), in which turn, since when; when somebody last answered; when it goes on."""

    by: Holder
    staff: Id | None
    since: Ms
    answered_at: Ms | None
    waits_since: Ms | None
    goes_on: Ms

    @property
    def is_answered(self) -> bool:
        """Whether somebody answered since they got it, and since it became as grave as it is."""
        return self.waits_since is None


@dataclass(frozen=True, slots=True)
class Passed:
    """An alert that was passed to somebody who may have no access to its case: the reference in their message, its gravity, and since when.

    `case` is for the server alone, and is shown to nobody.
    """

    alert: Id
    case: Id
    reference: str
    gravity: Gravity
    since: Ms
    answered_at: Ms | None


def held_of(rows: Sequence[Alert], *, actor: Actor) -> dict[Id, Held]:
    """Of each of these alerts, who has it."""
    handed = defaultdict[Id, list[Handover]](list)
    for one in Handover.objects.filter(alert_id__in=[row.id for row in rows]).order_by("at"):
        handed[one.alert_id].append(one)
    answers, known = last_answers(rows, actor=actor), versions() if rows else ()
    return {row.id: _held(row, handed[row.id], answers.get(row.id), in_force(known, row.opened_at)) for row in rows}


def _held(row: Alert, handed: Sequence[Handover], answered_at: Ms | None, times: AlertTimes) -> Held:
    counted = [one for one in handed if counts(one.to, one.at, row.risen_at)]
    by, staff, since = (
        (Holder(counted[-1].to), counted[-1].staff, counted[-1].at)
        if counted
        else (Holder.OWNER, row.owner, row.opened_at)
    )
    if len(counted) < len(handed):
        since = max(since, row.risen_at)
    of_now = None if answered_at is None or answered_at < since else answered_at
    waiting = waits_since(since, row.risen_at, of_now)
    goes_on = goes_on_at(row.gravity, since, row.risen_at, answered_at, times)
    return Held(by, staff, since, answered_at, waiting, goes_on)


def last_answers(rows: Sequence[Alert], *, actor: Actor) -> dict[Id, Ms]:
    """When somebody last looked at each of these whose role decides, or acknowledged it. Without those that nobody has."""
    found = dict(last_looks(rows, actor=actor))
    said = Acknowledgement.objects.filter(alert_id__in=[row.id for row in rows])
    for alert, at in said.values_list("alert_id", "at"):
        found[alert] = max(found.get(alert, at), at)
    return found


def unreached_since(rows: Collection[Alert], held: Mapping[Id, Held]) -> dict[Id, Ms]:
    """Since when the message about each of these reached its holder nowhere; without those that it may have reached. For the worker."""
    waiting = [row.id for row in rows if not held[row.id].is_answered]
    calls = {
        one.message: one
        for one in Called.objects.filter(alert_id__in=waiting)
        if one.staff == held[one.alert_id].staff and one.at >= held[one.alert_id].since
    }
    return {calls[message].alert_id: since for message, since in unreached(calls).items()}


def going_on(at: Ms, *, actor: Actor) -> list[Id]:
    """The undecided alerts that go to the next person now, the longest due first; urgent ones out of hours may stay yet: the act asks."""
    with scope(actor):
        undecided = free(Alert.objects.exclude(state=AlertState.DECIDED))
        known = (DESIGN, *(one.times for one in versions()))
        least = {one: min(each.acknowledge_ms(one) for each in known) for one in GRAVEST}
        times = Case(
            *(When(gravity=one.value, then=Value(ms)) for one, ms in least.items()), output_field=IntegerField()
        )
        late = Q(opened_at__lte=Value(at) - F("allowed"))
        is_out = is_out_of_hours(at)
        early = Q(gravity=Gravity.URGENT.value) if is_out else Q(pk=None)
        dead = Called.objects.filter(message__in=came_back(at)).values("alert_id")
        asked = undecided.alias(allowed=times).filter(late | early | Q(id__in=dead))
        rows = list(asked.only("id", "case", "gravity", "owner", "opened_at", "risen_at").order_by("due_at", "id"))
        held = held_of(rows, actor=actor)
        nowhere = unreached_since(rows, held)
        return [row.id for row in rows if _may_go(row, held[row.id], nowhere.get(row.id), at, is_out=is_out)]


def _may_go(row: Alert, held: Held, unreached_at: Ms | None, at: Ms, *, is_out: bool) -> bool:
    early = row.gravity is Gravity.URGENT and held.by is Holder.OWNER and not held.is_answered
    return at >= goes_on_unreached(held.goes_on, held.since, unreached_at) or (early and is_out)


def passed_to(*, actor: Actor) -> list[Passed]:
    """The undecided alerts that the actor has by a hand-over, those first that wait longest: without their cases."""
    if not actor.may(Permission.ALERT_ACKNOWLEDGE):
        return []
    with scope(actor):
        return passed_rows()


def passed_rows() -> list[Passed]:
    """By a function of the database, since the actor may not see the case."""
    with connection.cursor() as cursor:
        cursor.execute('select alert, "case", gravity, at, answered, message from triage_passed_to_actor()')
        rows = cursor.fetchall()
    known = references([Id(message.hex) for *_, message in rows if message is not None])
    return [
        Passed(
            Id(alert.hex),
            Id(case.hex),
            UNSENT if message is None else known[Id(message.hex)],
            Gravity(gravity),
            Ms(at),
            None if answered is None else Ms(answered),
        )
        for alert, case, gravity, at, answered, message in rows
    ]
