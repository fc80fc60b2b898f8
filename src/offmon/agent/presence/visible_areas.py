"""The areas of the display that somebody can look at (R-LEG-31).

Rules
- An area is lit where the hardware scans it out: a CRTC with a mode, to an output not known to be unplugged. Monitors do not count: any
  client may name some, and the server has none where nothing is lit.
- If nothing is lit, nothing is on screen. Only a display that cannot say (no RandR) counts as lit all over.
- The server gives each area as it lies on the display: turned, scaled, beside or upon another.
"""

from collections.abc import Iterator
from typing import Any

# python-xlib ships no types; everything that leaves this module is converted to our own.
from Xlib.ext import randr  # type: ignore[import-untyped]

from offmon.agent.presence.visibility import Rect


def lit(display: Any, root: Any) -> tuple[Rect, ...] | None:
    """The lit areas, that of the primary output first; None if the display cannot say."""
    if not display.has_extension(randr.extname):
        return None
    primary = root.xrandr_get_output_primary().output
    known = root.xrandr_get_screen_resources_current()
    scanned = list(_scanned(display, known))
    return tuple(area for area, outputs in sorted(scanned, key=lambda one: primary not in one[1]))


def _scanned(display: Any, known: Any) -> Iterator[tuple[Rect, tuple[int, ...]]]:
    for crtc in known.crtcs:
        told = display.xrandr_get_crtc_info(crtc, known.config_timestamp)
        if told.mode and any(_may_be_seen(display, one, known) for one in told.outputs):
            yield Rect(int(told.x), int(told.y), int(told.width), int(told.height)), tuple(told.outputs)


def _may_be_seen(display: Any, output: int, known: Any) -> bool:
    told = display.xrandr_get_output_info(output, known.config_timestamp)
    return bool(told.connection != randr.Disconnected)
