"""Whether a deployment's monitoring has ended, by its orders and its devices' profiles. Runs inside the open scope."""

from offmon.core.authority.order import cut_by_newer, live_period
from offmon.core.authority.profile import Profile
from offmon.core.formats import dsse
from offmon.core.ids import Id, Ms
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.deployments import models
from offmon.server.orders.queries import readable_authority_of


def collects(deployment: Id, at: Ms) -> bool:
    """Whether anything may still be collected: a condition is in force at `at` or later, or a device's newest profile lets it."""
    row = models.Deployment.objects.get(id=deployment)
    ended = row.state is DeploymentState.ENDED
    return (not ended and _is_ordered(row.case, at)) or any(_lets(device.id, at) for device in _devices(row))


def _is_ordered(case: Id, at: Ms) -> bool:
    instruments, terms = readable_authority_of(case)
    by_id = {one.id: one for one in cut_by_newer(instruments, terms)}
    periods = (live_period(by_id[term.instrument], term) for term in terms if term.instrument in by_id)
    return any(period is not None and (period.until is None or period.until > at) for period in periods)


def _devices(row: models.Deployment) -> list[models.Device]:
    return list(models.Device.objects.filter(deployment=row).only("id"))


def _lets(device: Id, at: Ms) -> bool:
    """Whether the device's newest signed profile grants something until after `at`."""
    signed = models.Profile.objects.filter(device_id=device, state=ProfileState.SIGNED).order_by("-version")
    document = signed.values_list("document", flat=True).first()
    if document is None:
        return False
    profile = dsse.peek(Profile, document)
    return bool(profile.grants) and (profile.lease.until is None or profile.lease.until > at)
