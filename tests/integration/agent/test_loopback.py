"""The loopback watch, with which `PageMarks` and the thread seek leaks: it sees traffic, and says so if it cannot."""

import secrets
import socket

from tests.support.loopback import Loopback, watched


@watched
def test_the_loopback_is_watched() -> None:
    """Skipped, no test of this run has looked at what went by on the loopback: they sought in files, rows and requests alone."""
    said, kept = secrets.token_hex(12), secrets.token_hex(12)
    wire = Loopback((said, kept))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(f"among other things {said}".encode(), ("127.0.0.1", 9))
    wire.close()
    assert (wire.seen, wire.missed) == ({said}, 0)
