"""A browser's shim for tests: it records what the browser says, and passes the answers through.

python -m tests.e2e.browser.recorder FILE HOME …

It is one process, as the shim is: the agent identifies a browser by the process that started the shim.
"""

import os
import sys
import threading
from pathlib import Path

from offmon.agent import native_host


def main(file: str, *arguments: str) -> None:
    said, (given, passed_on) = os.dup(sys.stdin.fileno()), os.pipe()
    os.dup2(given, sys.stdin.fileno())

    def listen() -> None:
        received = bytearray()
        with Path(file).open("ab", buffering=0) as record:
            while got := os.read(said, 1 << 16):
                os.write(passed_on, got)
                received += got
                for message in native_host.messages(received):
                    record.write(message + b"\n")
        os.close(passed_on)

    threading.Thread(target=listen, daemon=True).start()
    sys.exit(native_host.main(list(arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
