"""The devices of monitoring that is active, and when each device was to cover.

Inside the scope that is open; the caller writes the consultations.
"""

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


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """When a device was to cover: since its first lease; until its monitoring was suspended or ended, or None."""

    id: Id
    since: Ms
    until: Ms | None


def times_of(case: Id) -> list[DeviceTime]:
    """Of each device of a case that ever had a profile, in the order in which they were enrolled."""
    rows = models.Device.objects.filter(case=case).annotate(first=Min("profiles__lease_since", filter=_SIGNED))
    columns = ("id", "enrolled_at", "first", "deployment__stopped_at")
    found = rows.filter(first__isnull=False).order_by("enrolled_at", "id").values_list(*columns)
    return [DeviceTime(device, Ms(max(enrolled, first)), until) for device, enrolled, first, until in found]


def cases_covered() -> list[Id]:
    """The actor's cases of which a device ever had a profile."""
    rows = models.Profile.objects.filter(state=ProfileState.SIGNED).order_by("case")
    return list(rows.values_list("case", flat=True).distinct())
