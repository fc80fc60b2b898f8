"""Times in which the profile in force granted nothing: no coverage gaps, since the device was not told to collect (S107).

Rules
- Such a time begins once a profile without grants has begun and is signed. It ends with the lease, at the bundle's newest entry, or once a
  later profile of the device has begun and is signed.
- That end is the profile's. The device itself collects nothing until it *has* the next profile, and declares no gap for that wait.
- It does not mean that nothing was collected: a device that the profile had not reached obeyed the one before. Intake refuses what arrives
  after the signature, even if found in the minutes since the profile was asked for (`decide.admit_by_newest`). Earlier arrivals stay.
- The profile does not give the reason. Either no authorisation rests on an order in force, or the request could not be signed, as the
  signature's entry says.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from offmon.core import clock
from offmon.core.authority.profile import Profile
from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import AuditEntry, Verb
from offmon.core.log.records import ProfileRecord

MEANWHILE: Final = (
    "A device that had it collected nothing until it had the next; no gap tells of that. "
    "What another found then, or since the profile was asked for, was refused if it came after the signature."
)
"""What such a time means for what is shown, for whoever reads of one."""


@dataclass(frozen=True, slots=True)
class Ungranted:
    """One device's time under one such profile, in milliseconds UTC. `ended`: it had by then; else `until` is when this was looked at."""

    device: Id
    version: int
    since: Ms
    until: Ms
    ended: bool

    @property
    def sentence(self) -> str:
        """What the verifier says of it."""
        times = f"From {clock.utc_text(self.since)} to {clock.utc_text(self.until)}"
        so_far = "" if self.ended else " (the newest entry here; it had not ended then)"
        return f"{times}{so_far} the profile in force granted nothing: device {self.device}, version {self.version}. {MEANWHILE}"


def ungranted_in(case: Case, devices: Iterable[Sequence[Profile]]) -> list[Ungranted]:
    """Every such time of a bundle, up to the newest entry of its payload. `devices`: as `ungranted`. Raises NotAuthentic."""
    newest = max((entry.it.at for number, entry in case.entries.items() if number <= case.index.last), default=Ms(0))
    return ungranted(devices, lambda profile: signature_of(case, profile.device, profile.version).at, newest)


def signature_of(case: Case, device: Id, version: int) -> AuditEntry:
    """The entry by which a profile was signed. Raises NotAuthentic (`profile-not-logged`) where none says so."""
    records = (case.record(ProfileRecord, record).it for record in case.ids(ProfileRecord.KIND))
    of_it = (one.id for one in records if (one.device, one.version) == (device, version))
    said = (entry for one in of_it for _, entry in case.acts(Verb.PROFILE_SIGNED, (ProfileRecord.KIND, one)))
    first = next(said, None)
    if first is None:
        raise NotAuthentic("profile-not-logged", "No entry of the run says that this profile was signed.")
    return first


def ungranted(devices: Iterable[Sequence[Profile]], signed_at: Callable[[Profile], Ms], now: Ms) -> list[Ungranted]:
    """Every such time up to `now`, in the order of its beginning. `devices`: the signed profiles of each, oldest first."""
    found = [
        _of(one, profiles[number:], signed_at, now)
        for profiles in devices
        for number, one in enumerate(profiles, start=1)
        if not one.grants
    ]
    return sorted((one for one in found if one.since < one.until), key=lambda one: (one.since, one.device))


def _of(one: Profile, later: Sequence[Profile], signed_at: Callable[[Profile], Ms], now: Ms) -> Ungranted:
    begins, *others = (max(profile.lease.since, signed_at(profile)) for profile in (one, *later))
    ends = min([one.lease.until or one.lease.since, *others])
    return Ungranted(one.device, one.version, begins, Ms(min(ends, now)), ended=ends <= now)
