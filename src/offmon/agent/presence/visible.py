"""Whether the indicator can be seen: the rule, over facts that somebody measured. Pure: no display, no clock.

Rules (issue 2 "Visible is measured", R-LEG-31)
- Visible is only what was measured. Every doubt is a `Reason` of its own, and the first that holds is given, from "no window" on.
- The agent collects only while the last measure says `Visible` and is at most five seconds old. A measure from the future, after
  the clock was set back, is too old as well.
- Half covered is visible; less than a quarter left to see is not. What the display server says (`fully_obscured`) and what the
  stacking order says both count, and the worse one wins: a compositor may never send the first.
- A window above counts as if it hid all of its rectangle, though it may be see-through. So the error is on the safe side.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from offmon.core.errors import Refused
from offmon.core.ids import Ms

ANSWER_WITHIN_S = 2.0
MEASURE_HOLDS_MS = 5_000
LEAST_WIDTH = 240
LEAST_HEIGHT = 48
LEAST_SHARE_ON_SCREEN = 0.5
LEAST_SHARE_SEEN = 0.25
LEAST_OPACITY = 0.9


class Reason(StrEnum):
    """Why the indicator does not count as visible."""

    GONE = "gone"
    NOT_ANSWERING = "not-answering"
    UNMAPPED = "unmapped"
    TOO_SMALL = "too-small"
    OFF_SCREEN = "off-screen"
    CUT_AWAY = "cut-away"
    TRANSPARENT = "transparent"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class Visible:
    """Measured as visible; `at` is when the measure began."""

    at: Ms


@dataclass(frozen=True, slots=True)
class NotVisible:
    """Measured, and not visible; `at` is when the measure began."""

    at: Ms
    reason: Reason


type Visibility = Visible | NotVisible


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels of the whole display; it covers `[x, x + width)` by `[y, y + height)`."""

    x: int
    y: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """Pixels covered; 0 for one without extent."""
        return max(self.width, 0) * max(self.height, 0)

    def overlap(self, other: "Rect") -> "Rect":
        """What lies in both; its area is 0 where they do not meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Rect(x, y, max(right - x, 0), max(bottom - y, 0))


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What the display server says of the indicator's window."""

    mapped: bool
    """It and every window it lies in."""
    frame: Rect
    monitors: tuple[Rect, ...]
    above: tuple[Rect, ...]
    """Shown windows that stand above it."""
    fully_obscured: bool
    """The server's last VisibilityNotify said so."""
    cut_away: bool
    """A shape has been set on it, so that its frame no longer tells what is drawn."""
    opacity: float
    """0 to 1, as asked of a compositor."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One measure: the process, its event loop, its window. `answered_after_s` is None where no answer came."""

    alive: bool
    answered_after_s: float | None
    window: WindowFacts | None


def area_within(frame: Rect, pieces: Iterable[Rect]) -> int:
    """Pixels of `frame` that lie in at least one of `pieces`, each pixel once."""
    inside = [part for piece in pieces if (part := frame.overlap(piece)).area]
    edges = sorted({edge for part in inside for edge in (part.x, part.x + part.width)})
    total = 0
    for left, right in pairwise(edges):
        reached = frame.y
        for part in sorted((p for p in inside if p.x <= left < p.x + p.width), key=lambda p: p.y):
            bottom = part.y + part.height
            total += max(bottom - max(part.y, reached), 0) * (right - left)
            reached = max(reached, bottom)
    return total


def why_not_visible(facts: Facts) -> Reason | None:
    """The first reason for which the indicator does not count as visible, or None if it is visible."""
    window = facts.window
    if not facts.alive:
        return Reason.GONE
    if facts.answered_after_s is None or facts.answered_after_s > ANSWER_WITHIN_S:
        return Reason.NOT_ANSWERING
    if window is None:
        return Reason.GONE
    return _why_not_seen(window)


def _why_not_seen(window: WindowFacts) -> Reason | None:
    frame = window.frame
    on_screen = area_within(frame, window.monitors)
    hidden = area_within(frame, (above.overlap(monitor) for above in window.above for monitor in window.monitors))
    found = (
        (Reason.UNMAPPED, not window.mapped),
        (Reason.TOO_SMALL, frame.width < LEAST_WIDTH or frame.height < LEAST_HEIGHT),
        (Reason.OFF_SCREEN, on_screen < frame.area * LEAST_SHARE_ON_SCREEN),
        (Reason.CUT_AWAY, window.cut_away),
        (Reason.TRANSPARENT, window.opacity < LEAST_OPACITY),
        (Reason.COVERED, window.fully_obscured or on_screen - hidden < frame.area * LEAST_SHARE_SEEN),
    )
    return next((reason for reason, holds in found if holds), None)


def check_collect(last: Visibility | None, now_ms: Ms) -> None:
    """Raise `Refused` unless the last measure allows collecting at `now_ms`."""
    if isinstance(last, Visible) and 0 <= now_ms - last.at <= MEASURE_HOLDS_MS:
        return
    if isinstance(last, NotVisible):
        code = f"indicator-{last.reason}"
        message = "The indicator cannot be seen, so nothing is collected; bring it back into view."
    else:
        code = "indicator-not-measured"
        message = "The indicator was not measured in the last five seconds, so nothing is collected; measure it first."
    raise Refused(code, message)


def may_collect(last: Visibility | None, now_ms: Ms) -> bool:
    """Whether the last measure allows collecting at `now_ms`."""
    try:
        check_collect(last, now_ms)
    except Refused:
        return False
    return True
