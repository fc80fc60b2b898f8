"""What the person is told of their devices, from the newest signed profiles. Inside the open scope."""

from dataclasses import dataclass

from offmon.core.authority.profile import Profile
from offmon.core.formats import dsse
from offmon.core.ids import Id, Ms
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.deployments import models


@dataclass(frozen=True, slots=True)
class ToldProfile:
    """The newest signed profile of a device, and when that device was enrolled."""

    device: Id
    enrolled_at: Ms
    profile: Profile | None


def told_profiles(case: Id) -> list[ToldProfile]:
    """The devices of a case's live deployment, each with its newest signed profile."""
    live = models.Deployment.objects.exclude(state=DeploymentState.ENDED).filter(case=case)
    devices = models.Device.objects.filter(deployment__in=live.values("id"))
    found = []
    for device, enrolled_at in devices.order_by("enrolled_at", "id").values_list("id", "enrolled_at"):
        newest = models.Profile.objects.filter(device_id=device, state=ProfileState.SIGNED).order_by("-version")
        document = newest.values_list("document", flat=True).first()
        found.append(ToldProfile(device, enrolled_at, None if document is None else dsse.peek(Profile, document)))
    return found
