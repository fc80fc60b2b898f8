"""Whether what a measure looked at may have changed since: what the display server tells by itself (R-LEG-31).

Rules
- The server tells of each change to the root's windows, to the indicator's, to its parts and to those it lies in: place, size, order,
  shown, parent, property, colours, shape, what is created inside. It also tells of each change to what the display shows.
- Anything that it tells is a change, whosever it is. A window about which it was not asked before the measure is one too.
- It does not tell of what is drawn. `screen` reads the words each time.
- The server orders what it says: an answer comes after all that was told before it.
"""

from collections.abc import Iterable
from typing import Any, Final

# python-xlib ships no types; everything that leaves this module is converted to our own.
from Xlib import X  # type: ignore[import-untyped]
from Xlib.ext import randr  # type: ignore[import-untyped]

_OF_THE_ROOT: Final = X.SubstructureNotifyMask | X.StructureNotifyMask
_OF_A_WINDOW: Final = _OF_THE_ROOT | X.VisibilityChangeMask | X.PropertyChangeMask | X.ColormapChangeMask
_OF_THE_DISPLAY: Final = randr.RRScreenChangeNotifyMask | randr.RRCrtcChangeNotifyMask | randr.RROutputChangeNotifyMask


class Changes:
    """What one connection is told. Use it from one thread."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._asked: set[int] = set()
        self._obscured: dict[int, bool] = {}
        self._told = True
        root = display.screen().root
        root.change_attributes(event_mask=_OF_THE_ROOT)
        if display.has_extension(randr.extname):
            root.xrandr_select_input(_OF_THE_DISPLAY)

    def ask(self, windows: Iterable[int]) -> None:
        """Have the server tell of these too. What became of one before it was asked about is not known, which is a change."""
        for one in set(windows) - self._asked:
            window = self._display.create_resource_object("window", one)
            window.change_attributes(event_mask=_OF_A_WINDOW)
            if hasattr(window, "shape_select_input"):
                window.shape_select_input(1)
            self._asked.add(one)
            self._told = True

    def any(self) -> bool:
        """Whether the server told of anything since this was asked last, up to now."""
        self._display.sync()
        return self.told()

    def told(self) -> bool:
        """As `any`, as far as it has come: an answer comes after all that was told before it."""
        while self._display.pending_events():
            event = self._display.next_event()
            self._told = True
            if event.type == X.VisibilityNotify:
                self._obscured[event.window.id] = event.state == X.VisibilityFullyObscured
        told, self._told = self._told, False
        return told

    def fully_obscured(self, window: int) -> bool:
        """Whether the server's last word of it was that nothing of it can be seen."""
        return self._obscured.get(window, False)
