"""What the person is told of their devices, from the newest signed profiles. Inside the open scope."""

from dataclasses import dataclass

from offmon.core.authority.profile import Profile, without
from offmon.core.formats import dsse
from offmon.core.ids import Id, Ms
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.deployments import models
from offmon.server.orders.queries import withdrawals_of


@dataclass(frozen=True, slots=True)
class ToldProfile:
    """The newest signed profile of a device, and when that device was enrolled."""

    device: Id
    enrolled_at: Ms
    profile: Profile | None


def devices_of_case(case: Id) -> list[Id]:
    """Every device that was ever enrolled in the case, inside the scope that is open."""
    return list(models.Device.objects.filter(case=case).order_by("id").values_list("id", flat=True))


def signed_profiles(case: Id) -> list[Profile]:
    """The signed profiles of a case's live monitoring, oldest first."""
    live = models.Deployment.objects.exclude(state=DeploymentState.ENDED).filter(case=case)
    rows = models.Profile.objects.filter(deployment__in=live.values("id"), state=ProfileState.SIGNED).order_by(
        "version", "device_id"
    )
    return [dsse.peek(Profile, one) for one in rows.values_list("document", flat=True) if one is not None]


def told_profiles(case: Id) -> list[ToldProfile]:
    """The devices of a case's live deployment, each with its newest signed profile, less what the person withdrew since."""
    gone = frozenset(one.term for one in withdrawals_of(case))
    live = models.Deployment.objects.exclude(state=DeploymentState.ENDED).filter(case=case)
    devices = models.Device.objects.filter(deployment__in=live.values("id"))
    found = []
    for device, enrolled_at in devices.order_by("enrolled_at", "id").values_list("id", "enrolled_at"):
        newest = models.Profile.objects.filter(device_id=device, state=ProfileState.SIGNED).order_by("-version")
        document = newest.values_list("document", flat=True).first()
        signed = None if document is None else without(dsse.peek(Profile, document), gone)
        found.append(ToldProfile(device, enrolled_at, signed))
    return found
