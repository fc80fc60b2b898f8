"""What the X server says of the inside of the indicator's window: whether what was drawn in it is there still, and is on the screen.

Rules (R-LEG-31)
- Any client of a display may put windows of its own into another's, take another's apart or draw over it; the window itself is then mapped
  and unobscured. So each part is asked for as it was when it was drawn: where, how large, in what, shown and uncut.
- Whatever else is shown in it stands above it, as far as it reaches.
- Its words are looked at, pixel by pixel of some lines: what the window holds there, and whether the screen shows the same. A window whose
  content the server keeps off the screen (Composite) holds it all the same.
- A part that is destroyed takes the window with it: it is replaced.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from Xlib import X, error  # type: ignore[import-untyped]
from Xlib.ext import shape  # type: ignore[import-untyped]

from offmon.agent.presence import look
from offmon.agent.presence.visible import Lines, Rect

EVERY: Final = 3  # which lines of pixels are looked at
_PLANES: Final = 0xFFFFFFFF
_WHOLE: Final = {1: "B", 2: "H", 4: "I"}  # the sizes of a pixel in bytes that are a machine's own


@dataclass(frozen=True, slots=True)
class Part:
    """A window of the indicator's as it was drawn: `frame` in the window that it lies `within`, which is None for the outermost."""

    window: int
    within: int | None
    frame: Rect


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the indicator drew: every part, and those of them that are its words."""

    parts: tuple[Part, ...] = ()
    words: tuple[int, ...] = ()


def is_whole(screen: Any, drawn: Drawn) -> bool:
    """Whether each part is as it was drawn. Raises Xlib's errors where one is gone."""
    return all(_is_as_drawn(screen.create_resource_object("window", part.window), part) for part in drawn.parts)


def strangers(screen: Any, drawn: Drawn) -> Iterator[Any]:
    """The windows inside that are no part of it."""
    own = {part.window for part in drawn.parts}
    for part in drawn.parts:
        children = screen.create_resource_object("window", part.window).query_tree().children
        yield from (child for child in children if child.id not in own)


def put_together(screen: Any, drawn: Drawn) -> None:
    """Undo what can be undone: take strange windows out of sight, put each part where it was, and have it drawn anew."""
    for one in strangers(screen, drawn):
        one.unmap()
    for part in drawn.parts:
        window = screen.create_resource_object("window", part.window)
        if not _is_as_drawn(window, part):
            x, y, width, height = part.frame.x, part.frame.y, part.frame.width, part.frame.height
            if part.within not in (None, window.query_tree().parent.id):
                window.reparent(part.within, x, y)
            window.configure(x=x, y=y, width=width, height=height, border_width=0)
            uncut(window)
            window.map()
        window.clear_area(exposures=True)


def uncut(window: Any) -> None:
    """Take every shape off a window."""
    if is_shaped(window):
        for kind in (shape.SK.Bounding, shape.SK.Clip):
            window.shape_mask(shape.SO.Set, kind, 0, 0, X.NONE)


def is_shaped(window: Any) -> bool:
    """Whether a shape was set on a window."""
    if not hasattr(window, "shape_query_extents"):
        return False
    extents = window.shape_query_extents()
    return bool(extents.bounding_shaped or extents.clip_shaped)


def lines(screen: Any, window: Any, words: Rect, hidden: Sequence[Rect]) -> Lines:
    """Some lines of pixels of words that lie on the screen, but for what is hidden of them. All in pixels of the whole display."""
    root = screen.screen().root
    place = root.translate_coords(window, 0, 0)
    try:
        there = _lines(screen, window, Rect(words.x - place.x, words.y - place.y, words.width, words.height))
        shown = _lines(screen, root, words)
    except error.BadMatch:  # it is not where it was a moment ago
        return Lines()
    paper = _pixel_of(screen, look.PAPER)
    in_view = [
        pair
        for n, line in enumerate(zip(there, shown, strict=True))
        for x, pair in enumerate(zip(*line, strict=True), words.x)
        if not (hidden and any(_holds(rect, x, words.y + n * EVERY) for rect in hidden))
    ]
    ground = [held == seen for held, seen in in_view if held == paper]
    ink = [held == seen for held, seen in in_view if held != paper]
    return Lines(len(ground), len(ink), sum(ground), sum(ink), whole=not hidden)


def _holds(rect: Rect, x: int, y: int) -> bool:
    return rect.x <= x < rect.x + rect.width and rect.y <= y < rect.y + rect.height


def _is_as_drawn(window: Any, part: Part) -> bool:
    size = window.get_geometry()
    return (
        window.get_attributes().map_state == X.IsViewable
        and (size.x, size.y, size.width, size.height, size.border_width)
        == (part.frame.x, part.frame.y, part.frame.width, part.frame.height, 0)
        and not is_shaped(window)
        and part.within in (None, window.query_tree().parent.id)
    )


def _lines(screen: Any, of: Any, area: Rect) -> list[list[int]]:
    image = of.get_image(area.x, area.y, area.width, area.height, X.ZPixmap, _PLANES)
    form = next(one for one in screen.display.info.pixmap_formats if one.depth == image.depth)
    size, pad = form.bits_per_pixel // 8, form.scanline_pad // 8
    stride = -(-area.width * size // pad) * pad
    order: Literal["<", ">"] = ">" if screen.display.info.image_byte_order else "<"
    mask, data = (1 << image.depth) - 1, bytes(image.data)
    starts = range(0, area.height * stride, EVERY * stride)
    return [[pixel & mask for pixel in _pixels(data[at : at + area.width * size], size, order)] for at in starts]


def _pixels(line: bytes, size: int, order: Literal["<", ">"]) -> Sequence[int]:
    """A line's pixels as numbers. This runs each second while the account is in use, so that it is read as a whole where it can be."""
    if size in _WHOLE:
        return struct.unpack(f"{order}{len(line) // size}{_WHOLE[size]}", line)
    return [
        int.from_bytes(line[at : at + size], "big" if order == ">" else "little") for at in range(0, len(line), size)
    ]


def _pixel_of(screen: Any, colour: str) -> int:
    red, green, blue = (int(colour[n : n + 2], 16) * 257 for n in (1, 3, 5))
    return int(screen.screen().default_colormap.alloc_color(red, green, blue).pixel)
