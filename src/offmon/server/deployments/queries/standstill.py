"""Monitoring that is suspended or has ended: why, and since when. Inside the open scope."""

from dataclasses import dataclass

from offmon.core.authority.standstill import Why
from offmon.core.ids import Id, Ms
from offmon.core.states import DeploymentState
from offmon.server.deployments import models


@dataclass(frozen=True, slots=True)
class Stopped:
    """That a case's newest monitoring is suspended or has ended: why, and since when."""

    state: DeploymentState
    why: Why
    since: Ms


def stopped(case: Id) -> Stopped | None:
    """How the newest monitoring of a case stands still; None where it does not. For the person, inside the scope that is open."""
    rows = models.Deployment.objects.filter(case=case).values_list("state", "why", "stopped_at")
    found = [(state, why, since) for state, why, since in rows if since is not None and why is not None]
    if not found or len(found) < len(rows):  # one that runs
        return None
    state, why, since = max(found, key=lambda one: one[2])
    return Stopped(DeploymentState(state), Why(why), Ms(since))
