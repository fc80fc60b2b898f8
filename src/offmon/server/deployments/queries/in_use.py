"""The devices of monitoring that is active. Inside the scope that is open; the caller writes the consultations."""

from dataclasses import dataclass

from django.db.models import Min, OuterRef, Q, Subquery

from offmon.core.ids import Digest, Id, Ms
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.deployments import models

_SIGNED = Q(profiles__state=ProfileState.SIGNED)


@dataclass(frozen=True, slots=True)
class DeviceInUse:
    """A device of active monitoring. `account` tells the accounts of one machine apart.

    `lease_since`: of its first signed profile; `lease_until`: of its newest.
    """

    id: Id
    case: Id
    deployment: Id
    account: Digest
    enrolled_at: Ms
    lease_since: Ms | None
    lease_until: Ms | None


def in_use(case: Id | None = None) -> list[DeviceInUse]:
    """Those of the actor's cases, or of one case, in the order in which they were enrolled."""
    rows = models.Device.objects.filter(deployment__state=DeploymentState.ACTIVE)
    rows = rows if case is None else rows.filter(case=case)
    newest = models.Profile.objects.filter(device=OuterRef("pk"), state=ProfileState.SIGNED).order_by("-version")
    rows = rows.annotate(
        first=Min("profiles__lease_since", filter=_SIGNED), last=Subquery(newest.values("lease_until")[:1])
    )
    columns = ("id", "case", "deployment_id", "account", "enrolled_at", "first", "last")
    return [DeviceInUse(*row) for row in rows.order_by("enrolled_at", "id").values_list(*columns)]
