"""The device's two secret keys: one signs, the other opens lists (formats §2, §4).

Rules
- The device draws both before it enrols, and they never leave it. They are in one file of the agent's folder (0600, replaced whole).
- The signing key's name is random: it tells devices apart and says nothing of anyone.
- An interrupted enrolment is tried again with the same keys. New keys are a new device.
"""

import secrets
from dataclasses import dataclass
from typing import ClassVar, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.agent.home import AgentHome
from offmon.core.authority.profile import HpkeKey
from offmon.core.formats import codec, envelope
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Origin

_FILE: Final = "keys"


@dataclass(frozen=True, slots=True)
class _Seeds:
    TYPE: ClassVar[str] = "offmon/device-seeds@1"

    name: Origin
    signing: bytes
    opening: bytes


@dataclass(frozen=True, slots=True, repr=False)
class DeviceKeys:
    """The two private keys."""

    signing: SigningKey
    opening: X25519PrivateKey

    @property
    def list_key(self) -> HpkeKey:
        """The public half of the one that opens lists."""
        return envelope.public_of(self.opening)


def load_or_draw(home: AgentHome) -> DeviceKeys:
    """The keys of this folder; new ones if it has none. Raises Malformed or Refused for a damaged or exposed file."""
    data = home.read(_FILE)
    if data is None:
        seeds = _Seeds(
            Origin(f"device/{secrets.token_hex(16)}"),
            secrets.token_bytes(32),
            X25519PrivateKey.generate().private_bytes_raw(),
        )
        home.write(_FILE, codec.dump(seeds))
        return _keys(seeds)
    return _keys(codec.load(_Seeds, data, max_size=4096))


def _keys(seeds: _Seeds) -> DeviceKeys:
    return DeviceKeys(
        SigningKey.from_seed(seeds.name, seeds.signing), X25519PrivateKey.from_private_bytes(seeds.opening)
    )
