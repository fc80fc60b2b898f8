"""A browser with a page to report that goes no further: a window on the person's display, and the real shim. Made to be killed.

python -m tests.integration.agent.holding HOME

It says hello, and that a page seen now waits; it repeats that every second. It prints that time, and its shim's process number.
"""

import json
import os
import struct
import subprocess
import sys
import time
from contextlib import suppress
from typing import IO

# python-xlib ships no types.
from Xlib import X, display  # type: ignore[import-untyped]

from offmon.agent.clock import now

LENGTH = struct.Struct("=I")


def say(shim: IO[bytes], message: dict[str, object]) -> None:
    data = json.dumps(message).encode()
    shim.write(LENGTH.pack(len(data)) + data)
    shim.flush()


def main(home: str) -> None:
    screen = display.Display()
    screen.screen().root.create_window(0, 0, 200, 100, 0, X.CopyFromParent).map()
    screen.sync()
    command = [sys.executable, "-m", "offmon.agent.native_host", home]
    shim = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert shim.stdin is not None
    assert shim.stdout is not None
    say(shim.stdin, {"hello": 1, "since": None})
    assert shim.stdout.read(LENGTH.size + len('{"read":false}'))
    seen = now()
    say(shim.stdin, {"waits": seen})
    sys.stdout.write(f"{seen} {shim.pid}\n")
    sys.stdout.flush()
    while True:
        time.sleep(1)
        with suppress(OSError):  # it runs on without its shim
            say(shim.stdin, {"waits": seen})


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    main(*sys.argv[1:])
