"""An inspector opens one alert in an emergency, and a supervisor of the case says whether that was justified."""

from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.alerts.emergency import OPEN_FOR_MS, check_opens
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import check_two_people
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.authentication.queries import check_shown_by
from offmon.server.agencies.rota import queries as rota
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from offmon.server.intake.quarantine.policy import locked
from offmon.server.triage.emergencies.models import EmergencyOpening
from offmon.server.triage.emergencies.queries import shows
from offmon.server.triage.queries.passing import passed_rows

WHAT: Final = "Reviewing an opening in an emergency"
JUSTIFIED: Final = "justified"


@action
def do_open_in_emergency(alert: Id, reason: str, *, actor: Actor) -> None:
    """Open an alert that was passed to the actor, for an hour and for a reason (`core.alerts.emergency`). Raises Refused."""
    actor.check(Permission.EMERGENCY_OPEN)
    agencies.check_account(actor.id)
    at = clock.now()
    passed = next((one for one in passed_rows() if one.alert == alert), None)
    own = [row.opening() for row in EmergencyOpening.objects.filter(by=actor.id)]
    is_on_call = rota.is_on_call(actor.id, at)
    check_opens(alert, reason, at, is_passed=passed is not None, is_on_call=is_on_call, own=own)
    if passed is None:
        return
    check_shown_by(Act.EMERGENCY, actor=actor)
    row = EmergencyOpening(
        agency=actor.agency,
        case=passed.case,
        alert_id=alert,
        by=actor.id,
        at=at,
        until=Ms(at + OPEN_FOR_MS),
        begun_in=actor.session,
        reason=reason.strip(),
    )
    row.save(force_insert=True)
    append(actor, Verb.EMERGENCY_OPENED, case=passed.case, touched=(row,), alert=alert, reason=row.reason)
    if not shows(alert):
        raise locked()


@action
def do_review_emergency(opening: Id, why_not: str | None, *, actor: Actor) -> None:
    """Say that an opening was justified, or (`why_not`) that it was not. Both are kept, and it is said once. Raises Refused."""
    actor.check(Permission.EMERGENCY_REVIEW)
    row = EmergencyOpening.objects.select_for_update().filter(id=opening).first()
    if row is None:
        raise Refused(
            "not-on-caseload", "You have no access to this case. Ask its supervisor for access, with a reason."
        )
    agencies.check_logged_on(row.case, actor.id, clock.now())
    as_left(row)
    check_two_people(row.by, actor.id, WHAT)
    row.check_agreeing_in(actor.session, WHAT)
    if row.reviewed_by is not None or row.refused_by is not None:
        raise Refused("reviewed-already", "A colleague reviewed this already. Read what they said.")
    if why_not is None:
        row.reviewed_by, row.reviewed_at, row.agreed_in = actor.id, clock.now(), actor.session
        columns = ["reviewed_by", "reviewed_at", "agreed_in"]
    else:
        columns = row.refuse(actor.id, clock.now(), why_not.strip())
    row.save(update_fields=columns)
    said = JUSTIFIED if why_not is None else why_not.strip()
    append(actor, Verb.EMERGENCY_REVIEWED, case=row.case, touched=(row,), alert=row.alert_id, reason=said)
