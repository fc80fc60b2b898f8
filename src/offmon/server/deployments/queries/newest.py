"""The newest signed profile of a device, held to the roots that the process was given. Inside the scope that is open."""

from offmon.core.authority.profile import Profile
from offmon.core.errors import Refused
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Id
from offmon.core.states import ProfileState
from offmon.server.base.actor import Actor
from offmon.server.deployments import models
from offmon.server.deployments.queries import issued_profile


def newest_issued(device: Id, brought: TrustFile, *, actor: Actor) -> Profile:
    """What the device may do now. Raises NotAuthentic, or Refused where it has no profile."""
    signed = models.Profile.objects.filter(device_id=device, state=ProfileState.SIGNED).order_by("-version")
    digest = signed.values_list("digest", flat=True).first()
    if digest is None:
        raise Refused("no-grant", "This device has no signed profile, so nothing is opened.")
    return issued_profile(device, digest, brought, actor=actor)
