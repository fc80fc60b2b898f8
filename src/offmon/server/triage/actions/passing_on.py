"""An alert comes to somebody, goes on to the next person, and is acknowledged (issue 20; `core.alerts.holding`)."""

from dataclasses import dataclass

from offmon.core.access.roles import Permission
from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.holding import goes_on_unreached, next_turn, passes_on
from offmon.core.errors import Refused, passes
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.rota import queries as rota
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import CaseRow
from offmon.server.base.scope import action
from offmon.server.triage.actions.calling import called
from offmon.server.triage.models import Acknowledgement, Alert, Handover
from offmon.server.triage.policy import check_undecided
from offmon.server.triage.queries.passing import Held, held_of, passed_rows, unreached_since


def came_to(alert: Alert, staff: Id | None) -> bool:
    """An alert came to this member of staff: when it was opened, and at each hand-over. Whether it is theirs (`owner`) from now on.

    It is, where its case is open to them in a role that decides. Anybody else has its reference and gravity, and acknowledges it.
    The one place where it is known whom to reach. None: nobody by name.
    """
    if staff is None or not _decides(staff, alert.case, clock.now()):
        return False
    alert.owner = staff
    return True


def _decides(staff: Id, case: Id, at: Ms) -> bool:
    sees = passes(agencies.check_on_caseload, case, staff, at)
    return sees and staff in agencies.who_may([staff], Permission.ALERT_DECIDE, case)


@dataclass(frozen=True, slots=True)
class _Turn:
    """To whom an alert goes next, and the turns passed over because nobody was on."""

    to: Holder
    staff: Id | None
    nobody: tuple[Holder, ...]


@action
def do_pass_on(alert: Id, *, actor: Actor) -> Holder | None:
    """Pass an alert on to the next person, where its holder neither acknowledged nor decided it in time. To whom; None: it stays.

    Whoever is passed by can still look and decide, and the alert stays undecided until someone does. One that is not as the log left it
    goes to the inspector at once, and is not written.
    """
    row = Alert.objects.select_for_update().get(id=alert)
    now, held = clock.now(), held_of([row], actor=actor)[alert]
    nowhere = unreached_since([row], {alert: held}).get(alert)
    goes_on, on = goes_on_unreached(held.goes_on, held.since, nowhere), _who_is_on(row, held, now)
    desk_is_empty = _desk_is_empty(held, on, now)
    if not passes_on(row.state, row.gravity, goes_on, now, at_an_empty_desk=desk_is_empty):
        return None
    is_as_left = passes(as_left, row)
    turn = _Turn(*next_turn(held.by, held.staff, on)) if is_as_left else _to_the_inspector(on)
    handover = Handover(
        agency=row.agency, case=row.case, alert=row, to=turn.to, staff=turn.staff, since=held.since, at=now
    )
    handover.save(force_insert=True)
    touched: list[CaseRow] = [handover]
    if is_as_left and came_to(row, turn.staff):
        row.save(update_fields=["owner"])
        touched.append(row)
    touched += called(row, turn.staff, actor=actor)
    why = "; ".join([_why(row, held) if now >= held.goes_on else _early(goes_on, now), *_said(turn)])
    append(actor, Verb.ALERT_PASSED_ON, case=row.case, touched=touched, alert=row.id, reason=why, recipient=turn.to)
    return turn.to


@action
def do_acknowledge(alert: Id, *, actor: Actor) -> None:
    """Say that one has an alert: by whoever it came to, or who works on its case. It decides nothing. Raises Refused (`not-yours`)."""
    actor.check(Permission.ALERT_ACKNOWLEDGE)
    row = Alert.objects.filter(id=alert).first()
    if row is not None:
        agencies.check_logged_on(row.case, actor.id, clock.now())
        check_undecided(row)
        case = row.case
    else:
        case = _passed_case(alert)
    said = Acknowledgement(agency=actor.agency, case=case, alert_id=alert, by=actor.id, at=clock.now())
    said.save(force_insert=True)
    append(actor, Verb.ALERT_ACKNOWLEDGED, case=case, touched=(said,), alert=alert)


def _passed_case(alert: Id) -> Id:
    """The case of an alert that the actor has by a hand-over. It is shown to nobody."""
    found = next((one.case for one in passed_rows() if one.alert == alert), None)
    if found is None:
        raise Refused(
            "not-yours", "This alert was decided, or went on to somebody else. There is nothing to acknowledge."
        )
    return found


def _who_is_on(row: Alert, held: Held, now: Ms) -> dict[Holder, Id | None]:
    """Who is on in each turn: by the rota of the team of the officer who keeps the case, and that officer's supervisor."""
    of = row.owner if held.by is Holder.OWNER else agencies.keeper_of(row.case, now) or row.owner
    team = None if of is None else rota.team_of(of)
    return {**rota.on_now(team, now), Holder.SUPERVISOR: agencies.supervisor_of(row.case, of, now)}


def _desk_is_empty(held: Held, on: dict[Holder, Id | None], now: Ms) -> bool:
    if held.by is not Holder.OWNER or held.is_answered or not rota.is_out_of_hours(now):
        return False
    return any(on[turn] not in {None, held.staff} for turn in (Holder.FIRST_ON_CALL, Holder.SECOND_ON_CALL))


def _to_the_inspector(on: dict[Holder, Id | None]) -> _Turn:
    return _Turn(Holder.DUTY_INSPECTOR, on[Holder.DUTY_INSPECTOR], ())


def _why(row: Alert, held: Held) -> str:
    if held.is_answered:
        return "undecided"
    return "unseen-since-graver" if held.waits_since == row.risen_at > row.opened_at else "unseen"


def _early(goes_on: Ms, now: Ms) -> str:
    return "unreached" if now >= goes_on else "out-of-hours"


def _said(turn: _Turn) -> list[str]:
    """What the entry says of turns in which nobody was on."""
    nobody = [one.value for one in turn.nobody]
    if turn.to is Holder.DUTY_INSPECTOR and turn.staff is None:
        nobody.append(turn.to.value)
    return [f"nobody-on: {', '.join(nobody)}"] if nobody else []
