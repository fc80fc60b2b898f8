"""Every byte on this machine's loopback sockets, watched for marks.

Without the right to watch, a test still seeks the marks in files, rows and requests. A skipped test of its own, with its reason
(`watched`), then says that the loopback was not watched.
"""

import secrets
import socket
import struct
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

_EVERYTHING = 3  # ETH_P_ALL
_PACKET, _STATISTICS = 263, 6  # SOL_PACKET, PACKET_STATISTICS
_ROOM_FORCED, _ROOM = 33, 64 << 20  # SO_RCVBUFFORCE
_COUNTS = struct.Struct("=II")
_LAST_S = 60.0
_NEEDED = 1 << 12 | 1 << 13  # CAP_NET_ADMIN, for room enough that no packet is missed; CAP_NET_RAW


class Loopback:
    """Watches until closed. `seen` holds the marks that went by in clear; `missed` how many packets went by unseen."""

    def __init__(self, marks: Iterable[str]) -> None:
        self.seen: set[str] = set()
        self.missed = 0
        self._marks = tuple(mark.encode() for mark in marks)
        self._last = secrets.token_hex(12).encode()
        self._wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_EVERYTHING))
        self._wire.setsockopt(socket.SOL_SOCKET, _ROOM_FORCED, _ROOM)
        self._wire.bind(("lo", 0))
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Say a word on the loopback and wait until it went by: so the watch does see, and has looked at all that came before."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(self._last, ("127.0.0.1", 9))
        self._thread.join(_LAST_S)
        assert not self._thread.is_alive(), "the watch over the loopback sees nothing"
        _, self.missed = _COUNTS.unpack(self._wire.getsockopt(_PACKET, _STATISTICS, _COUNTS.size))
        self._wire.close()

    def _watch(self) -> None:
        packet = b""
        while self._last not in packet:
            packet = self._wire.recv(1 << 17)
            self.seen |= {mark.decode() for mark in self._marks if mark in packet}


def may_watch() -> bool:
    """Whether this process has CAP_NET_ADMIN and CAP_NET_RAW: root's, where nobody took them away."""
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    held = int(next(line for line in status if line.startswith("CapEff:")).split()[1], 16)
    return held & _NEEDED == _NEEDED


watched = pytest.mark.skipif(
    not may_watch(),
    reason="the loopback is NOT watched for marks: that needs CAP_NET_RAW and CAP_NET_ADMIN, as root has",
)
