"""Moves a deployment along its table of states."""

from offmon.core.states import DEPLOYMENT, DeploymentState, check_move
from offmon.server.deployments import models


def move(deployment: models.Deployment, to: DeploymentState) -> None:
    """Move it, if the table has the move (`core.states`). Raises Refused. The caller's entry names the row."""
    check_move(DEPLOYMENT, deployment.state, to)
    deployment.state = to
    deployment.save(update_fields=["state"])
