"""What Tk draws, whatever anybody wrote into the X resources.

Rules (R-LEG-31)
- Tk asks the resources (`RESOURCE_MANAGER` on the root window, which every client may set) for each option that a program leaves open. So
  none is left open: each option that a widget has is either ours or what Tk itself has for it.
- What can be said only when a window is made (its visual, its colours) the measure looks at (`inside`).
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
