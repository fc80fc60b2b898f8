"""The ports of one trial.

Rules
- They are fixed, so that a bookmark stays valid. If one is taken, a free one is used and reported.
- A port is held from before anything listens on it until the trial ends. Servers of one account share ports (SO_REUSEPORT). Without the
  hold, two trials that both found 8080 free would both listen there, and answer in turn.
- The hold is a name, an abstract socket. The kernel releases it however the trial ends, and it counts where the port counts.
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final

PORTS: Final = {"console": 8080, "ingest": 8081, "witness": 8082, "website": 8083, "portal": 8084, "mailbox": 8085}
FREE: Final = dict.fromkeys(PORTS, 0)
"""Whichever nothing has."""


@contextmanager
def held(wanted: Mapping[str, int] = PORTS) -> Iterator[dict[str, int]]:
    """The wanted ports, for as long as the block runs, each replaced by a free one where something else has it."""
    with ExitStack() as names:
        yield {name: port if port and _hold(port, names) else _hold_any(names) for name, port in wanted.items()}


def replaced(ports: Mapping[str, int], wanted: Mapping[str, int] = PORTS) -> Iterator[str]:
    """What to say of each port that was not to be had."""
    for name, port in wanted.items():
        if ports[name] != port:
            yield (
                f"port {port} is taken, by another trial or program: {name} is on {ports[name]} this time. "
                f"Stop the other one and start again to have {port}"
            )


def _hold_any(names: ExitStack) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if _hold(port, names):
            return port


def _hold(port: int, names: ExitStack) -> bool:
    """Hold it until `names` closes; False where a trial holds it already, or something else listens there."""
    with ExitStack() as own:
        name = own.enter_context(socket.socket(socket.AF_UNIX))
        try:
            name.bind(f"\0offmon-trial-port-{port}")
        except OSError:
            return False
        if not _is_free(port):
            return False
        names.push(own.pop_all())
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
