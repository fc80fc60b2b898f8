"""Whether the indicator can be seen: the rule, over measured facts. Pure: no display, no clock.

Rules (R-LEG-31)
- Only a measured window is visible. Every doubt is a `Reason` of its own; the first that holds is given, from "no window" on.
- The agent collects only while the last measure says `Visible` and is at most five seconds old. A measure from the future, after the clock
  was set back, is too old as well.
- Half covered is visible; less than a quarter visible is not. The display server's word (`fully_obscured`) and the stacking order both
  count, and the worse one wins: a compositor may never send the first.
- A window above counts as opaque over its whole rectangle, so the error is on the safe side. Another client's window inside counts as
  above.
- The strip is measured as the open window is, and more strictly in one thing: three quarters of its one word must be visible.
- The words tell the person, so less than a quarter of them visible is not visible either. Their visible part must be on the screen as it is
  in the window, paper with ink on it. No part of the window may be missing or misplaced.
- Blank, pale or tiny words tell nobody. So their visible part is compared with the text due there: height of a line, width of a letter, ink
  and strokes. Each limit is that of letters of about ten pixels; the indicator's have fifteen or more. This does not tell which words they
  are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from offmon.agent.presence.states import LEAST_SIZE, MEASURE_HOLDS_MS, Form
from offmon.core.errors import Refused, passes
from offmon.core.ids import Ms

ANSWER_WITHIN_S = 2.0
LEAST_SHARE_ON_SCREEN = 0.5
LEAST_SHARE_SEEN = 0.25
LEAST_SHARE_OF_WORDS: Final = MappingProxyType({Form.OPEN: 0.25, Form.STRIP: 0.75})
LEAST_OPACITY = 0.9
LEAST_SHARE_PAPER = 0.5
LEAST_SHARE_INK = 0.01
LEAST_SHARE_AS_HELD = 0.9
LEAST_HEIGHT_OF_A_LINE = 14
LEAST_ROWS_OF_A_LINE = 8
LEAST_INK_OF_A_ROW = 3
LEAST_WIDTH_OF_A_LETTER = 4.2
LEAST_INK_OF_A_LETTER = 5
LEAST_STROKES_OF_A_LETTER = 0.6


class NotVisibleReason(StrEnum):
    """Why the indicator does not count as visible."""

    GONE = "gone"
    NOT_ANSWERING = "not-answering"
    UNMAPPED = "unmapped"
    TOO_SMALL = "too-small"
    OFF_SCREEN = "off-screen"
    CUT_AWAY = "cut-away"
    TRANSPARENT = "transparent"
    COVERED = "covered"
    TAKEN_APART = "taken-apart"
    PAINTED_OVER = "painted-over"


@dataclass(frozen=True, slots=True)
class Visible:
    """Measured as visible; `at` is when the measure began."""

    at: Ms


@dataclass(frozen=True, slots=True)
class NotVisible:
    """Measured, and not visible; `at` is when the measure began."""

    at: Ms
    reason: NotVisibleReason


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
class WordPixels:
    """Pixels of some words that can be in view: those that the window holds as paper and as ink, and what the screen shows of them."""

    paper: int = 0
    ink: int = 0
    paper_shown: int = 0
    ink_shown: int = 0
    whole: bool = True
    """Nothing of these words is hidden, or off the screen."""
    pale: int = 0
    """Neither: too pale to be read."""
    rows: int = 0
    """How many lines of pixels have ink in them."""
    reach: int = 0
    """From the first ink in a line of pixels to its last, in the one where that is farthest."""
    strokes: int = 0
    """How often ink begins in a line of pixels, in the one where it begins most often."""

    @property
    def looked_at(self) -> int:
        """All of them."""
        return self.paper + self.ink + self.pale


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said in some place, as far as its size goes: lines, the letters of the longest of them, and all letters."""

    lines: int
    longest: int
    letters: int

    @classmethod
    def of(cls, text: str) -> "Said":
        """The size of a text."""
        lines = text.split("\n")
        return cls(len(lines), max(map(len, lines)), sum(len(line.replace(" ", "")) for line in lines))


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
    whole: bool = True
    """Each of its parts is as it was drawn."""
    said: tuple[Said, ...] = ()
    """What it is to say, a place each."""
    words: tuple[Rect, ...] = ()
    """Where its words stand, as far as the windows that they lie in reach."""
    lines: tuple[WordPixels, ...] = ()
    """Of each of its words, what was found there."""
    form: Form = Form.OPEN


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


def why_not_visible(facts: Facts) -> NotVisibleReason | None:
    """The first reason for which the indicator does not count as visible, or None if it is visible."""
    window = facts.window
    if not facts.alive:
        return NotVisibleReason.GONE
    if facts.answered_after_s is None or facts.answered_after_s > ANSWER_WITHIN_S:
        return NotVisibleReason.NOT_ANSWERING
    if window is None:
        return NotVisibleReason.GONE
    return _why_not_seen(window)


def _in_view(frame: Rect, window: WindowFacts) -> int:
    hidden = [above.overlap(monitor) for above in window.above for monitor in window.monitors]
    return area_within(frame, window.monitors) - area_within(frame, hidden)


def _is_written(window: WindowFacts) -> bool:
    """Whether the words are there, on the screen, and large and dark enough to be words."""
    if not len(window.said) == len(window.words) == len(window.lines):
        return False
    looked_at, lines = sum(one.looked_at for one in window.lines), sum(said.lines for said in window.said)
    share = looked_at / max(sum(words.area for words in window.words), 1)
    return (
        (looked_at > 0 or not window.said)
        and sum(one.ink for one in window.lines) >= looked_at * LEAST_SHARE_INK
        and sum(one.rows for one in window.lines)
        >= LEAST_ROWS_OF_A_LINE * lines * share / 2  # all words of one place may be what is hidden
        and all(map(_is_as_held, window.lines))
        and all(map(_can_be_read, window.lines, window.words, window.said))
    )


def _is_as_held(one: WordPixels) -> bool:
    return (
        one.paper >= one.looked_at * LEAST_SHARE_PAPER
        and one.paper_shown >= one.paper * LEAST_SHARE_AS_HELD
        and one.ink_shown >= one.ink * LEAST_SHARE_AS_HELD
    )


def _can_be_read(one: WordPixels, words: Rect, said: Said) -> bool:
    """Of words that are partly hidden, only the size of their place can be held to what they say."""
    return words.height >= LEAST_HEIGHT_OF_A_LINE * said.lines and (
        not one.whole
        or (
            one.ink >= LEAST_INK_OF_A_LETTER * said.letters
            and one.rows >= LEAST_ROWS_OF_A_LINE * said.lines
            and one.reach >= LEAST_WIDTH_OF_A_LETTER * said.longest
            and one.strokes >= LEAST_STROKES_OF_A_LETTER * said.longest
        )
    )


def _why_not_seen(window: WindowFacts) -> NotVisibleReason | None:
    frame = window.frame
    on_screen = area_within(frame, window.monitors)
    words_in_view = sum(_in_view(words, window) for words in window.words)
    covered = (
        window.fully_obscured
        or _in_view(frame, window) < frame.area * LEAST_SHARE_SEEN
        or words_in_view < sum(words.area for words in window.words) * LEAST_SHARE_OF_WORDS[window.form]
    )
    least_width, least_height = LEAST_SIZE[window.form]
    found = (
        (NotVisibleReason.UNMAPPED, not window.mapped),
        (NotVisibleReason.TOO_SMALL, frame.width < least_width or frame.height < least_height),
        (NotVisibleReason.OFF_SCREEN, on_screen < frame.area * LEAST_SHARE_ON_SCREEN),
        (NotVisibleReason.CUT_AWAY, window.cut_away),
        (NotVisibleReason.TRANSPARENT, window.opacity < LEAST_OPACITY),
        (NotVisibleReason.COVERED, covered),
        (NotVisibleReason.TAKEN_APART, not window.whole),
        (NotVisibleReason.PAINTED_OVER, not _is_written(window)),
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
    return passes(check_collect, last, now_ms)
