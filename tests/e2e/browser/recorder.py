"""Stands between a browser and its shim in a test, and writes down what the browser says. The answers it lets through.

python -m tests.e2e.browser.recorder FILE HOME …
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

from offmon.agent.native_host import messages


def main(file: str, *arguments: str) -> None:
    shim = subprocess.Popen([sys.executable, "-m", "offmon.agent.native_host", *arguments], stdin=subprocess.PIPE)
    threading.Thread(target=lambda: os._exit(shim.wait()), daemon=True).start()
    assert shim.stdin is not None
    received = bytearray()
    with Path(file).open("ab", buffering=0) as record:
        while got := os.read(0, 1 << 16):
            shim.stdin.write(got)
            shim.stdin.flush()
            received += got
            for message in messages(received):
                record.write(message + b"\n")
    shim.stdin.close()
    shim.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
