"""A short heartbeat, in two calls of the database: what is known of its device, and that the device was heard.

Rules
- The first call writes nothing: nobody has checked the signature yet. It needs the device's key, and reads with it what the state takes.
- The second uses the nonce, and keeps that the device was heard, in one statement. A batch may come between the two: where its journal or
  its run is another by then, nothing is kept.
- Neither commit waits for the disk. A nonce that a crash loses could be used again for five minutes, to no effect. What a crash loses of a
  heartbeat, the next one says again.
"""

from dataclasses import dataclass
from typing import Final

from offmon.core.errors import NotAuthentic
from offmon.core.formats.beat import Beat, DeviceState
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.tlog.merkle import Frontier, split
from offmon.server.base import clock as wall
from offmon.server.base.statements import ask
from offmon.server.deployments.queries import KnownDevice
from offmon.server.deployments.queries.signed import digest_of_keys
from offmon.server.intake.actions import USE_NONCE, Received
from offmon.server.intake.devices.signs import clock_off


class Replayed(NotAuthentic):
    """A short heartbeat that came before."""

    def __init__(self) -> None:
        super().__init__("replayed", "This heartbeat was already received once; sign a new one.")


@dataclass(frozen=True, slots=True)
class KnownState:
    """What the agency knows of a device whose key was named. `epoch`, `boot`: None where no batch of it came."""

    device: KnownDevice
    epoch: Id | None
    size: int
    root: Digest
    boot: Id | None
    keys: Digest
    profile: Digest | None

    def digest(self, log_checkpoint: str | None) -> Digest | None:
        """How a short heartbeat would name this state. None: the device was never heard whole. `log_checkpoint`: the last given."""
        if self.epoch is None or self.boot is None:
            return None
        head = self.epoch, self.size, self.root
        return DeviceState(self.device.device, *head, self.boot, self.keys, self.profile, log_checkpoint).digest


def known_by(keyid: str) -> KnownState | None:
    """The state of the enrolled device that a key id names. Before any scope: the database opens its agency's for this one statement."""
    found = ask(_BEAT_OF, [keyid])
    if not found:
        return None
    *names, vkey, epoch, size, peaks, boot, keys, profile = found[0]
    agency, case, deployment, device = (Id(name.hex) for name in names)
    head = Frontier() if epoch is None else Frontier(size, split(peaks))
    return KnownState(
        KnownDevice(agency, case, deployment, device, vkey),
        None if epoch is None else Id(epoch.hex),
        head.size,
        Digest(head.root.hex()),
        None if boot is None else Id(boot.hex),
        digest_of_keys(keys),
        None if profile is None else Digest(profile.hex()),
    )


def do_hear(said: Beat, nonce: str, expires_at: Ms, known: KnownState, log_checkpoint: str | None) -> Received | None:
    """Keep that a device was heard, by its short heartbeat. None, and only the nonce is kept, where we know another state of it.

    The caller has checked that the device signed it now. `log_checkpoint`: what a receipt of now carries. Raises Replayed.
    """
    at = wall.now()
    same = said.state == known.digest(log_checkpoint)
    [(first, heard)] = ask(
        _HEAR,
        {
            "keyid": said.keyid,
            "nonce": nonce,
            "expires_at": expires_at,
            "device": known.device.device,
            "epoch": known.epoch if same else None,
            "size": known.size,
            "boot": known.boot,
            "at": at,
            "clock_off_since": clock_off(said, at),
        },
    )
    if not first:
        raise Replayed
    if not heard or known.epoch is None:
        return None
    return Received(known.epoch, known.size, known.root, (), at)


_BEAT_OF: Final = (
    'select agency, "case", deployment, device, vkey, epoch, size, peaks, boot, keys, profile from intake_beat_of(%s)'
)
_HEAR: Final = """
with used as (/*nonce*/ returning true), heard as (
    update intake_liveness set heard_at = %(at)s, beat_at = %(at)s, behind_since = null,
        clock_off_since = case when %(clock_off_since)s::bigint is not null then coalesce(clock_off_since, %(clock_off_since)s) end
    where device = %(device)s and epoch = %(epoch)s and size = %(size)s and boot = %(boot)s and exists (select from used) returning true
)
select exists (select from used), exists (select from heard)
""".replace("/*nonce*/", USE_NONCE)
