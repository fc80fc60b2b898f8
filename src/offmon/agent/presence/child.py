"""How the agent starts a child program that draws: what the child is told, and what not.

Rules (R-LEG-31)
- The account's environment reaches no child that draws. The child gets the display and its key; this module sets all the rest.
- Its home does not exist, and only the machine's administrator could create it. So no file of the account changes how anything is drawn
  (`.Xdefaults`, `.offmon-indicator.tcl`, fontconfig's `fonts.conf`, fonts), or what Python runs.
- Tk still reads the property RESOURCE_MANAGER of the display. `tk_defaults` undoes that.
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
