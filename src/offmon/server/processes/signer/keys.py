"""The signer's keys: per agency one that signs profiles and one that signs lists, each in a file of its own.

Rules
- A file holds the 32 secret bytes and nothing else, named by the agency's id, as the worker's log keys are. Only its owner may read it.
- A key's name is the log's origin, a slash and what it signs (`force.invalid/86/log/profile`), as the agency's Keys statement lists it.
- The agency's root is never here. It is offline, and signs nothing but Keys statements (formats §2).
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from offmon.core.errors import Refused
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.trust import KeyRole
from offmon.server.agencies.queries import AgencyView


@dataclass(frozen=True)
class SigningKeys:
    """Where the keys lie."""

    profiles: Path
    lists: Path

    def key(self, role: KeyRole, agency: AgencyView) -> SigningKey:
        """The agency's key of that role. Raises Refused (`no-key`, `key-exposed`) and Malformed; neither says anything of the secret."""
        file = {KeyRole.PROFILE: self.profiles, KeyRole.LIST: self.lists}[role] / agency.id
        try:
            with file.open("rb") as stream:
                mode, seed = os.fstat(stream.fileno()).st_mode, stream.read()
        except OSError as error:
            raise Refused("no-key", f"The agency's {role.value} key cannot be read: {error.strerror}.") from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused("key-exposed", f"The agency's {role.value} key can be read by others; it must be replaced.")
        return SigningKey.from_seed(f"{agency.origin}/{role.value}", seed)
