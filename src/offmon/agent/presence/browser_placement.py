"""Whether a browser is on the display of the indicator: the rule, over measured facts. Pure: no display, no clock.

Rules (R-LEG-31: no covert mode)
- An indicator on a display that nobody watches tells nobody. So a browser is read only if a window of that very process was found on the
  indicator's display. The find must be as recent as the indicator's own measure.
- A window counts if it is shown there, or if that display's window manager keeps it (minimised, or on another of its desktops).
- The display server names a window's owner, which it has from the kernel. The window's own claim (`_NET_WM_PID`) does not count.
- Every doubt is a no: a display that names no owner shows nobody's windows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from offmon.agent.presence.states import MEASURE_HOLDS_MS
from offmon.core.ids import Ms


@dataclass(frozen=True, slots=True)
class OwnedWindow:
    """What the display server says of a window, and whose it is."""

    owner: int
    """The process whose connection made it."""
    drawn: bool
    """It can show anything; some windows only take input."""
    viewable: bool
    """It and every window it lies in are mapped."""
    kept: bool
    """It is one of those that the window manager lists."""


def stands(window: OwnedWindow) -> bool:
    """Whether the window stands on the display before a person."""
    return window.drawn and (window.viewable or window.kept)


def owners(windows: Iterable[OwnedWindow]) -> frozenset[int]:
    """The processes of which some window stands there."""
    return frozenset(window.owner for window in windows if stands(window))


def may_read(last_found: Ms | None, now_ms: Ms) -> bool:
    """Whether a browser may be read whose window was last found beside the indicator then; None: never."""
    return last_found is not None and 0 <= now_ms - last_found <= MEASURE_HOLDS_MS
