"""Gate 2: what intake checks of each disclosure before it keeps it (design §1.3, §1.9; formats §5; R-LEG-5, R-LEG-6).

Rules
- `admit` runs again, as on the device, with the profile that the envelope names by digest. The agency must have signed it for this device
  and its own key. If it does not grant a disclosure, the whole batch is refused and nothing changes: it should never have been sent.
- `admit_by_newest` runs with the signed profiles whose lease had begun at the time of the event. So an old profile does not restore what a
  newer one took away. The device may not have known: the leaf keeps its place and hash, and the receipt says why its content went.
- Gaps and notes are kept unchecked: they disclose nothing of anyone's activity. A disclosure that we lost has no content to check.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from offmon.core.authority.may_leave import No, RefusalReason, admit, admit_by_newest, event_time
from offmon.core.authority.profile import Grant, Profile
from offmon.core.errors import OffmonError
from offmon.core.formats.event import DisclosureLeaf, Envelope, Sent
from offmon.core.ids import Digest, Id, Ms

type Named = Callable[[Digest], Profile | None]
type NewestBefore = Callable[[Ms], Profile | None]


class Sender(Protocol):
    """What gate 2 knows of the device: the directory's row."""

    @property
    def deployment(self) -> Id: ...  # noqa: D102

    @property
    def device(self) -> Id: ...  # noqa: D102

    @property
    def vkey(self) -> str: ...  # noqa: D102


class NotGranted(OffmonError):
    """Leaf `n` is not granted by the profile that it names itself. `code` is the reason of `core.authority.may_leave`."""

    def __init__(self, n: int, reason: RefusalReason) -> None:
        super().__init__(reason.value, "An item is not granted by the profile that it names; it is not taken.")
        self.n = n
        self.reason = reason


def verdicts(
    leaves: Sequence[Sent], sender: Sender, named: Named, newest_before: NewestBefore, at: Ms
) -> list[RefusalReason | None]:
    """For each leaf the reason why a newer profile does not let it stay, or None. `at` is the time of receipt.

    Raises NotGranted. `named` and `newest_before` are asked as rarely as can be: once a digest, and once for each profile that the
    times of the events reach back to.
    """
    by_digest: dict[Digest, Profile | None] = {}
    found: list[RefusalReason | None] = [None] * len(leaves)
    disclosures = [(i, leaf.envelope) for i, leaf in enumerate(leaves) if isinstance(leaf, DisclosureLeaf)]
    grants: dict[int, Grant] = {}
    for i, envelope in disclosures:
        if envelope.profile not in by_digest:
            by_digest[envelope.profile] = named(envelope.profile)
        grants[i] = _check_own(by_digest[envelope.profile], envelope, sender, at)
    newest: Profile | None = None
    # From the latest event back: the newest profile of a later instant is also that of an earlier one that its lease reaches.
    for i, envelope in sorted(disclosures, key=lambda item: event_time(item[1].claim), reverse=True):
        when = event_time(envelope.claim)
        if newest is None or when < newest.lease.since:
            newest = newest_before(when)
        later = admit_by_newest([] if newest is None else [newest], envelope.claim, grants[i])
        found[i] = later.reason if isinstance(later, No) else None
    return found


def _check_own(profile: Profile | None, envelope: Envelope, sender: Sender, at: Ms) -> Grant:
    if profile is None or not _fits(profile, envelope, sender):
        raise NotGranted(envelope.n, RefusalReason.NO_GRANT)
    verdict = admit(profile, envelope.claim, at)
    if isinstance(verdict, No):
        raise NotGranted(envelope.n, verdict.reason)
    return verdict


def _fits(profile: Profile, envelope: Envelope, sender: Sender) -> bool:
    """Whether envelope, profile and sender are of one device of one deployment."""
    of_profile = (profile.deployment, profile.device, profile.device_key, profile.version)
    return of_profile == (sender.deployment, sender.device, sender.vkey, envelope.profile_version) and (
        envelope.deployment == sender.deployment
    )
