"""What an inspector reads of the one alert that they opened, what they opened before, and what a supervisor reviews.

What they read is a consultation, told to the person as any other is. It comes by two functions of the database, which show one alert while
it is open and to whoever opened it: the case stays behind row-level security.
"""

from dataclasses import dataclass
from typing import Final

from django.db import connection

from offmon.core.access import roles
from offmon.core.access.roles import Permission
from offmon.core.alerts.explanation import Explanation, explain
from offmon.core.authority.profile import Profile
from offmon.core.clock import DAY_MS
from offmon.core.formats import codec, dsse
from offmon.core.formats.event import Envelope, Gravity
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.states import AlertState
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.queries import StaffView
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.intake.queries import MAX_DOCUMENT
from offmon.server.people.queries import PersonView, as_named
from offmon.server.triage.emergencies.models import EmergencyOpening

OWN_SHOWN_MS: Final = 28 * DAY_MS


@dataclass(frozen=True, slots=True)
class OpenedAlert:
    """An alert as an inspector reads it until `until`. `deciding`: who works on the case in a role that decides."""

    alert: Id
    person: PersonView
    until: Ms
    gravity: Gravity
    state: AlertState
    times: int
    devices: int
    explanation: Explanation
    deciding: tuple[StaffView, ...]

    @property
    def reviewing(self) -> list[StaffView]:
        """Who of them was told at once, and reviews that it was opened."""
        return [one for one in self.deciding if roles.may(one.role, Permission.EMERGENCY_REVIEW)]


@dataclass(frozen=True, slots=True)
class OpeningView:
    """An opening as its reviewer and its maker see it. `justified` None: nobody has reviewed it. `why_not`: where it was not."""

    id: Id
    alert: Id
    by: str
    at: Ms
    until: Ms
    reason: str
    justified: bool | None
    reviewed_by: str
    reviewed_at: Ms | None
    why_not: str


def opened_alert(alert: Id, *, actor: Actor) -> OpenedAlert | None:
    """The alert, while the actor has it open: an entry says that they read it. None otherwise."""
    actor.check(Permission.EMERGENCY_OPEN)
    with scope(actor):
        found = _read(alert)
        if found is not None:
            append(actor, Verb.EMERGENCY_CONSULTED, case=found.person.case, alert=alert)
        return found


def shows(alert: Id) -> bool:
    """Whether there is anything to read in an alert that the actor has open. Inside the scope that is open."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from triage_opened_in_emergency(%s))", [alert])
        return bool(cursor.fetchone()[0])


def _read(alert: Id) -> OpenedAlert | None:
    """The alert. None where it is not open, or all that it groups is locked or erased."""
    with connection.cursor() as cursor:
        cursor.execute(
            'select until, "case", reference, name, gravity, state, times, devices, document, deciding'
            " from triage_opened_in_emergency(%s)",
            [alert],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        until, case, reference, name, gravity, state, times, devices, document, deciding = row
        envelope = codec.load(Envelope, bytes(document), max_size=MAX_DOCUMENT)
        cursor.execute(
            "select triage_profile_in_emergency(%s, %s, %s)",
            [alert, envelope.device, bytes.fromhex(envelope.profile)],
        )
        (profile,) = cursor.fetchone()
    staff = agencies.staff_named({Id(one.hex) for one in deciding}).values()
    return OpenedAlert(
        alert=alert,
        person=as_named(Id(case.hex), reference, bytes(name)),
        until=Ms(until),
        gravity=Gravity(gravity),
        state=AlertState(state),
        times=times,
        devices=devices,
        explanation=explain(envelope.claim, dsse.peek(Profile, bytes(profile))),
        deciding=tuple(
            sorted(
                (one for one in staff if roles.may(one.role, Permission.ALERT_DECIDE)),
                key=lambda one: (one.role, one.display_name),
            )
        ),
    )


def own_openings(*, actor: Actor) -> list[OpeningView]:
    """What the actor opened within four weeks, the newest first, and how each was reviewed."""
    actor.check(Permission.EMERGENCY_OPEN)
    with scope(actor):
        rows = EmergencyOpening.objects.filter(by=actor.id, at__gt=clock.now() - OWN_SHOWN_MS)
        return _views(list(rows.order_by("-at")))


def opening(case: Id, opening_id: Id, *, actor: Actor) -> OpeningView | None:
    """One opening of a case, for who reviews it. It shows nothing that was sent. None outside the actor's caseload."""
    actor.check(Permission.EMERGENCY_REVIEW)
    with scope(actor):
        return next(iter(_views(list(EmergencyOpening.objects.filter(case=case, id=opening_id)))), None)


def _views(rows: list[EmergencyOpening]) -> list[OpeningView]:
    people = {one for row in rows for one in (row.by, row.reviewed_by, row.refused_by) if one is not None}
    names = agencies.names_of(people)
    return [_view(row, names) for row in rows]


def _view(row: EmergencyOpening, names: dict[Id, str]) -> OpeningView:
    reviewer = row.reviewed_by or row.refused_by
    return OpeningView(
        id=row.id,
        alert=row.alert_id,
        by=names.get(row.by, ""),
        at=row.at,
        until=row.until,
        reason=row.reason,
        justified=None if reviewer is None else row.reviewed_by is not None,
        reviewed_by="" if reviewer is None else names.get(reviewer, ""),
        reviewed_at=row.reviewed_at or row.refused_at,
        why_not=row.refusal or "",
    )
