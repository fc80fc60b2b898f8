"""Moves a deployment along its table of states: begun by the worker, suspended, taken up again and ended by its officer."""

from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.alerts.answering import check_answers
from offmon.core.authority.end_reason import check_end_agrees, rests_on
from offmon.core.authority.standstill import Why, check_why
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.moves import DEPLOYMENT, check_move
from offmon.core.states import DeploymentState
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.policy import newest_authorised
from offmon.server.deployments.queries.answering import missing_for
from offmon.server.orders.licences.queries import check_licences_run
from offmon.server.orders.queries import authority_of

STOPS: Final = {
    DeploymentState.SUSPENDED: Verb.DEPLOYMENT_SUSPENDED,
    DeploymentState.ENDED: Verb.DEPLOYMENT_ENDED,
}


def move(deployment: models.Deployment, to: DeploymentState, *also: str) -> None:
    """Move it, if the table has the move (`core.states`). Raises Refused. The caller's entry names the row.

    `also`: what the caller changed beside the state.
    """
    check_move(DEPLOYMENT, deployment.state, to)
    deployment.state = to
    deployment.save(update_fields=["state", *also])


@action
def do_begin(deployment: Id, *, actor: Actor) -> None:
    """Monitoring is active from now on: the marker page was opened on a device of it and the note of that arrived. Raises Refused."""
    row = models.Deployment.objects.select_for_update().get(id=deployment)
    move(row, DeploymentState.ACTIVE)
    append(actor, Verb.DEPLOYMENT_MOVED, case=row.case, touched=(row,))


@action
def do_stop(deployment: Id, to: DeploymentState, why: Why, reason: str, *, actor: Actor) -> None:
    """Suspend monitoring or end it, from now. The worker then asks for a profile of each device that grants nothing.

    Raises Refused, also where the reason for an end contradicts the orders that it rests on (`check_end_agrees`).
    """
    actor.check(Permission.DEPLOYMENT_DRAFT)
    check_why(to, why)
    row = as_left(models.Deployment.objects.select_for_update().get(id=deployment))
    if to is DeploymentState.ENDED and (newest := newest_authorised(deployment)) is not None:
        check_end_agrees(why, rests_on(newest.chosen or (), *authority_of(row.case), clock.now()))
    row.why, row.stopped_at = why, clock.now()
    move(row, to, "why", "stopped_at")
    append(actor, STOPS[to], case=row.case, touched=(row,), reason=f"{why}: {reason}")


@action
def do_resume(deployment: Id, reason: str, *, actor: Actor) -> None:
    """Take a suspension back: what was authorised and noticed counts again. The worker asks for the devices' profiles.

    Raises Refused; `licence-held` while a licence that it rests on allows none, `nobody-answers` where an urgent alert could reach nobody.
    """
    actor.check(Permission.DEPLOYMENT_DRAFT)
    row = as_left(models.Deployment.objects.select_for_update().get(id=deployment))
    newest = newest_authorised(deployment)
    check_licences_run(
        {term for choice in (newest.chosen or () if newest else ()) for term in choice.terms}, clock.now()
    )
    check_answers(missing_for(row))
    row.why = row.stopped_at = None
    move(row, DeploymentState.NOTICE_SERVED, "why", "stopped_at")
    append(actor, Verb.DEPLOYMENT_RESUMED, case=row.case, touched=(row,), reason=reason)
