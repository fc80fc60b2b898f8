"""How the agent starts a program of its own that draws: what such a child is told, and what not.

Rules (R-LEG-31; issue 2 "No setting, variable, argument")
- The account's environment reaches no child that draws. What it needs is which display, and the key to it; all else is said here.
- Its home does not exist and nobody but the machine's administrator could make it: so no file of the account's says how anything is drawn
  (`.Xdefaults`, `.offmon-indicator.tcl`, fontconfig's `fonts.conf`, fonts), or what Python runs.
- What somebody says on the display itself (the property RESOURCE_MANAGER) is read by Tk all the same: `plain` undoes that.
"""

import os
import sys
from pathlib import Path
from typing import Final

_HOME: Final = "/nonexistent"


def command(module: str, *arguments: str) -> list[str]:
    """The line that starts it: our own interpreter, which takes no module from the folder one stands in, a variable or the account."""
    return [sys.executable, "-I", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """All variables that it gets."""
    return {
        "DISPLAY": os.environ.get("DISPLAY", ""),
        "XAUTHORITY": os.environ.get("XAUTHORITY", "") or str(Path("~/.Xauthority").expanduser()),
        "HOME": _HOME,
        "LANG": "C.UTF-8",
    }
