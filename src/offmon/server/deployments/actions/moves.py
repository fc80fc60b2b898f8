"""Moves a deployment along its table of states."""

from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.states import DEPLOYMENT, DeploymentState, check_move
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from offmon.server.deployments import models


def move(deployment: models.Deployment, to: DeploymentState) -> None:
    """Move it, if the table has the move (`core.states`). Raises Refused. The caller's entry names the row."""
    check_move(DEPLOYMENT, deployment.state, to)
    deployment.state = to
    deployment.save(update_fields=["state"])


@action
def do_begin(deployment: Id, *, actor: Actor) -> None:
    """Monitoring is active from now on: the marker page was opened on a device of it and the note of that arrived. Raises Refused."""
    row = models.Deployment.objects.select_for_update().get(id=deployment)
    move(row, DeploymentState.ACTIVE)
    append(actor, Verb.DEPLOYMENT_MOVED, case=row.case, touched=(row,))
