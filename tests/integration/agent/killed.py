"""A process that closes an epoch and is killed (`kill -9`) at a statement of its own, before SQLite runs it.

python killed.py purge|refuse OUTBOX DEVICE AT-STATEMENT
"""

import itertools
import os
import signal
import sys
from pathlib import Path

from offmon.agent.outbox import Outbox
from offmon.core.ids import Id, Ms

NOW = Ms(1_800_000_000_000)


def main(step: str, path: str, device: str, last: str) -> None:
    outbox = Outbox(Path(path), Id(device), NOW)
    statement = itertools.count(1)

    def trace(_statement: str) -> None:
        if next(statement) == int(last):
            os.kill(os.getpid(), signal.SIGKILL)

    outbox._db.set_trace_callback(trace)
    if step == "purge":
        outbox.purge(Ms(NOW + 1))
    else:
        outbox.new_epoch(Ms(NOW + 1), refused=outbox.head.received)
    outbox.close()
    sys.stdout.write("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
