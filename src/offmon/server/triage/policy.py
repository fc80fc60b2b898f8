"""When an alert may be decided, what must follow, and when that is done, beyond the role's limits."""

from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.alerts.correction import check_correctable
from offmon.core.alerts.follow_up import FOLLOWS, check_done, check_due, check_follows
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.moves import ALERT, check_move
from offmon.core.states import AlertState
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.intake.quarantine.policy import locked
from offmon.server.triage.locked.queries import is_free
from offmon.server.triage.models import Action, Alert, Decision

DECIDED_ALREADY: Final = ("decided-already", "This alert was decided already. Read the decision.")


def check_undecided(alert: Alert) -> None:
    """Raises Refused where somebody decided it already."""
    if alert.state is AlertState.DECIDED:
        raise Refused(*DECIDED_ALREADY)


def check_decide(actor: Actor, alert: Alert, reason: str) -> None:
    """Raises Refused unless the actor may decide this alert now, with a reason (R-AI-5, R-DPA-29)."""
    actor.check(Permission.ALERT_DECIDE)
    check_undecided(alert)
    check_move(ALERT, alert.state, AlertState.DECIDED)
    if not is_free(alert):
        raise locked()
    if not reason.strip():
        raise Refused("no-reason", "Enter your reason in your own words.")


def check_assign(actor: Actor, alert: Alert, to: Id, reason: str) -> None:
    """Raises Refused unless the actor may hand this undecided alert to that person: on the case, in a role that decides, for a reason."""
    actor.check(Permission.ALERT_DECIDE)
    check_undecided(alert)
    if not reason.strip():
        raise Refused("no-reason", "Enter why you hand it over.")
    staff = agencies.active_staff(to)
    if staff is None or to == alert.owner or not agencies.may_here(staff, Permission.ALERT_DECIDE, alert.case):
        raise Refused("no-assignee", "Choose another person with access to this case who decides alerts.")
    agencies.check_on_caseload(alert.case, to, clock.now())


def check_correct(actor: Actor, alert: Alert, decision: Decision, reason: str) -> None:
    """Raises Refused unless the actor may correct this decision now, with a reason (R-AI-5)."""
    actor.check(Permission.ALERT_DECIDE)
    first = Decision.objects.get(alert=alert, corrects=None)
    corrects_others = actor.may(Permission.DECISION_CORRECT)
    check_correctable(decision.core(), first.decided_at, actor.id, clock.now(), corrects_others=corrects_others)
    if alert.state is not AlertState.DECIDED or not reason.strip():
        raise Refused("no-reason", "Enter your reason in your own words.")


def check_follow(decision: Decision, following: Action | None) -> None:
    """Raises Refused unless what follows is what the outcome calls for, due in time, and someone's who can do it."""
    check_follows(decision.outcome, None if following is None else following.what)
    if following is not None:
        check_due(FOLLOWS[decision.outcome], following.due_at, decision.decided_at)
        check_owner(decision.case, following.owner, decision.decided_at)


def check_owner(case: Id, owner: Id, at: Ms) -> None:
    """Raises Refused unless that person is there, completes actions, and works on the case."""
    staff = agencies.active_staff(owner)
    if staff is None or not agencies.may_here(staff, Permission.ACTION_COMPLETE, case):
        raise Refused("no-owner", "Choose a person with access to this case and the right role.")
    agencies.check_on_caseload(case, owner, at)


def check_record_welfare(actor: Actor, action: Action) -> None:
    """Raises Refused unless the welfare step is still to be recorded, by this actor."""
    actor.check(Permission.ACTION_COMPLETE)
    if not action.core().is_open or action.welfare is not None or not action.welfare_due:
        raise Refused("no-welfare-due", "There is no welfare check to record: it is recorded already, or none is due.")


def check_complete(actor: Actor, action: Action) -> None:
    """Raises Refused unless the actor may say that this action is done, once, with both texts (R-RGT-18)."""
    actor.check(Permission.ACTION_COMPLETE)
    if action.done_at is not None:
        raise Refused("done-already", "This task is done. The recorded outcome cannot be changed.")
    if action.cancelled_in_id is not None:
        raise Refused(
            "task-cancelled", "This task was cancelled when its decision was corrected. Read the newest decision."
        )
    check_done(action.core())
