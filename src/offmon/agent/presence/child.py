"""How the agent starts and ends a child program that draws: what the child is told, and what not.

Rules (R-LEG-31)
- The account's environment reaches no child that draws. The child gets the display and its key; this module sets all the rest.
- Its home does not exist, and only the machine's administrator could create it. So no file of the account changes how anything is drawn
  (`.Xdefaults`, `.offmon-indicator.tcl`, fontconfig's `fonts.conf`, fonts), or what Python runs.
- Tk still reads the property RESOURCE_MANAGER of the display. `tk_defaults` undoes that.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Final

_HOME: Final = "/nonexistent"


def command(module: str, *arguments: str) -> list[str]:
    """The line that starts it: our own interpreter, which takes no module from the folder one stands in, a variable or the account."""
    return [sys.executable, "-I", "-m", module, *arguments]


def start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """The child, with pipes to and from it, of which the first does not block.

    It has a session of its own: Ctrl-C in the agent's terminal does not end it before the agent has stopped.
    """
    started = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        command(module, *arguments),
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        bufsize=0,
    )
    os.set_blocking(pipe(started.stdin).fileno(), False)
    return started


def end(child: subprocess.Popen[bytes], within_s: float) -> None:
    """Close the pipe to it, and kill it where it has not ended within the time. Harmless for one that has ended."""
    pipe(child.stdin).close()
    try:
        child.wait(within_s)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    pipe(child.stdout).close()


def pipe(stream: IO[bytes] | None) -> IO[bytes]:
    """The child's pipe. `Popen` types it as optional; ours is always asked for."""
    if stream is None:
        raise ValueError
    return stream


def environment() -> dict[str, str]:
    """All variables that it gets."""
    return {
        "DISPLAY": os.environ.get("DISPLAY", ""),
        "XAUTHORITY": os.environ.get("XAUTHORITY", "") or str(Path("~/.Xauthority").expanduser()),
        "HOME": _HOME,
        "LANG": "C.UTF-8",
    }
