"""A relay in front of an ingest that counts what passes: the bytes of each request and its answer, without what encryption adds."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_MOST = 1 << 16


class Line:
    """What passed, and in how many connections."""

    def __init__(self) -> None:
        self.bytes = self.connections = 0
        self._lock = threading.Lock()

    def count(self, passed: int = 0, opened: int = 0) -> None:
        """Add to it."""
        with self._lock:
            self.bytes += passed
            self.connections += opened


@contextmanager
def counted(url: str) -> Iterator[tuple[str, Line]]:
    """An address that leads to that one, and what passes there."""
    goal, line = urlsplit(url), Line()
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection((goal.hostname, goal.port))
                line.count(opened=1)
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=(line, one, other), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", line
    finally:
        listener.close()


def _carry(line: Line, one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while passed := one.recv(_MOST):
            line.count(len(passed))
            other.sendall(passed)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)
