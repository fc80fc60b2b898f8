"""Makes Tk draw the same, whatever anybody wrote into the X resources.

Rules (R-LEG-31)
- Tk asks the resources (`RESOURCE_MANAGER` on the root window, which every client may set) for each option that a program leaves open. So
  none is left open: each option of a widget is either ours or Tk's own default.
- Some options are set only when a window is made (its visual, its colours). The measure checks those (`window_contents`).
"""

import tkinter as tk
from typing import Any, Final

_AT_BIRTH: Final = frozenset({"class", "colormap", "container", "screen", "use", "visual"})
_OF_AN_OPTION: Final = (
    5  # what Tk tells of one: its names, what it is by itself, what it is now; of another name for one it tells two
)


def plain[Widget: tk.Misc](widget: Widget, **ours: Any) -> Widget:
    """The widget with the options that are ours, and every other as Tk has it by itself."""
    known: dict[str, tuple[Any, ...]] = widget.configure()
    by_itself = {name: told[3] for name, told in known.items() if len(told) == _OF_AN_OPTION and name not in _AT_BIRTH}
    widget.configure(**by_itself | ours)
    return widget
