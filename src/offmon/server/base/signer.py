"""Asks the signer: an id goes over its socket. The signer reads the row and decides itself (design §5)."""

from pathlib import Path
from typing import Final

from offmon.core.ids import Id
from offmon.server.base.local_socket import Caller

# A list of 10,000 entries is signed in 0.1 s, a profile in 0.6 s where the agency has twenty such lists (two busy cores).
WAIT_S: Final = 5.0
UNREACHABLE: Final = "signer-unreachable"


class SignerClient:
    """The signer, behind its local socket.

    It is waited for `WAIT_S` and no longer: whoever asks has other work in the same thread. What it has not answered by then it may sign
    all the same, and its row says so: a second request for it is refused.
    """

    def __init__(self, socket: Path) -> None:
        self._caller = Caller("signer", socket, WAIT_S)

    def sign_profile(self, profile: Id) -> None:
        """Have a waiting profile signed. Whether it was signed or refused, and why, then stands in its row.

        Raises Refused: `not-waiting`, `no-key`, `signer-unreachable`.
        """
        self._caller.ask("sign-profile", profile)

    def sign_list(self, row: Id) -> None:
        """Have an approved list version, or exclusion list, signed. Raises Refused: `one-person`, `not-waiting`, …"""
        self._caller.ask("sign-list", row)
