"""When the profile in force granted nothing: no coverage gap, as the device was not told to collect; said beside the gaps (S107).

Rules
- It is of a signed profile without grants, from when it begins until the device's next begins, or its lease ends.
- Why, its profile does not say: no order asked for anything, or what was asked for could not be signed, as the entry of its signature says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from offmon.core import clock
from offmon.core.ids import Id, Ms
from offmon.core.profile import Profile


@dataclass(frozen=True, slots=True)
class Ungranted:
    """One device's time under one such profile, in milliseconds UTC. A device that was offline went by the one before meanwhile."""

    device: Id
    version: int
    since: Ms
    until: Ms

    @property
    def sentence(self) -> str:
        """What the verifier says of it."""
        times = f"From {clock.utc_text(self.since)} to {clock.utc_text(self.until)}"
        return f"{times} the profile in force granted nothing, so nothing was collected: device {self.device}, version {self.version}."


def ungranted(devices: Iterable[Sequence[Profile]]) -> list[Ungranted]:
    """Every such time, in the order of its beginning. `devices`: the signed profiles of each, oldest first."""
    found = [
        Ungranted(one.device, one.version, one.lease.since, _until(one, later))
        for profiles in devices
        for one, later in zip(profiles, [*profiles[1:], None], strict=False)
        if not one.grants
    ]
    return sorted((one for one in found if one.since < one.until), key=lambda one: (one.since, one.device))


def _until(one: Profile, later: Profile | None) -> Ms:
    ends = [Ms(one.lease.until or one.lease.since), *([] if later is None else [later.lease.since])]
    return min(ends)
