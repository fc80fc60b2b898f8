"""Monitoring that is suspended or has ended: why, and since when. Inside the open scope."""

from dataclasses import dataclass

from offmon.core.authority.standstill import Why
from offmon.core.ids import Id, Ms
from offmon.core.log import records
from offmon.core.states import DeploymentState
from offmon.server.deployments import models


def ended_of(case: Id) -> tuple[records.DeploymentRecord, ...]:
    """The monitoring of a case that has ended, the newest last. Inside the scope that is open; the caller writes the consultation."""
    rows = models.Deployment.objects.filter(case=case, state=DeploymentState.ENDED)
    return tuple(sorted((row.core() for row in rows), key=lambda one: one.stopped_at or 0))


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
