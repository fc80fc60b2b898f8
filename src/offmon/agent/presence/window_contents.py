"""What the X server says of the inside of the indicator's window: whether its content is still there and on the screen.

Rules (R-LEG-31)
- Any client of a display may put windows into another's, take it apart or draw over it, and the window stays mapped and unobscured. So each
  part is compared with what was drawn: place, size, parent, shown and uncut.
- Any other window shown inside covers it as far as it reaches.
- The words are compared pixel by pixel: the window's content, and whether the screen shows the same. A window whose content the server
  keeps off the screen (Composite) still has that content.
- Ink has the contrast that text needs against the paper (WCAG 2.2, 1.4.3). Paler pixels are neither. Its height, width and strokes are
  counted, whatever drew it; `visibility` says whether they can be words.
- The window uses the display's own colours, so that each pixel has the colour it is taken for.
- A destroyed part takes the window with it: the window is replaced.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from Xlib import X  # type: ignore[import-untyped]
from Xlib.ext import shape  # type: ignore[import-untyped]

from offmon.agent.presence import style
from offmon.agent.presence.states import Form
from offmon.agent.presence.visibility import LEAST_INK_OF_A_ROW, Rect, WordPixels

_PLANES: Final = 0xFFFFFFFF
_PAPER, _PALE, _INK, _HIDDEN = range(4)
_PALE_IS_PAPER: Final = bytes.maketrans(bytes([_PALE]), bytes([_PAPER]))
_STROKE: Final = bytes([_PAPER, _INK])
_FIXED: Final = (X.StaticGray, X.StaticColor, X.TrueColor)
_WHOLE: Final = {1: "B", 2: "H", 4: "I"}  # the sizes of a pixel in bytes that are a machine's own


@dataclass(frozen=True, slots=True)
class WindowPart:
    """A window of the indicator's as it was drawn: `frame` in the window that it lies `within`, which is None for the outermost."""

    window: int
    within: int | None
    frame: Rect


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the indicator drew in one of its forms: every part, and those of them that are its words."""

    parts: tuple[WindowPart, ...] = ()
    words: tuple[int, ...] = ()
    form: Form = Form.OPEN


def is_whole(screen: Any, drawn: Drawn) -> bool:
    """Whether each part is as it was drawn. Raises Xlib's errors where one is gone."""
    return all(_is_as_drawn(screen, screen.create_resource_object("window", part.window), part) for part in drawn.parts)


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
        if not _is_as_drawn(screen, window, part):
            x, y, width, height = part.frame.x, part.frame.y, part.frame.width, part.frame.height
            if part.within not in (None, window.query_tree().parent.id):
                window.reparent(part.within, x, y)
            window.configure(x=x, y=y, width=width, height=height, border_width=0)
            window.change_attributes(colormap=screen.screen().default_colormap)
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


class Shades(dict[int, int]):
    """What each pixel is to a reader: paper, ink, or paler than ink has to be. Asked for once where a display's colours cannot change."""

    def __init__(self, screen: Any) -> None:
        super().__init__()
        self._colours = screen.screen().default_colormap
        self._paper = self._colours.alloc_color(*_rgb16(style.PAPER)).pixel
        self.mask = (1 << screen.screen().root_depth) - 1
        visuals = {one.visual_id: one for depth in screen.screen().allowed_depths for one in depth.visuals}
        self._fixed = visuals[screen.screen().root_visual].visual_class in _FIXED

    def __missing__(self, pixel: int) -> int:
        meant = pixel & self.mask
        [colour] = self._colours.query_colors([meant])
        ink = style.contrast((colour.red, colour.green, colour.blue), _rgb16(style.PAPER)) >= style.LEAST_CONTRAST
        shade = _PAPER if meant == self._paper else _INK if ink else _PALE
        if self._fixed:
            self[pixel] = shade
        return shade


def image(of: Any, area: Rect) -> Any:
    """What a window shows of an area in its own pixels, as the server sent it. Raises BadMatch where it shows no such area."""
    return of.get_image(area.x, area.y, area.width, area.height, X.ZPixmap, _PLANES)


def lines(
    screen: Any, shades: Shades, window: Any, words: Rect, on_screen: Any, *, hidden: Sequence[Rect], whole: bool
) -> WordPixels:
    """The pixels of words, of which the screen shows the image `on_screen`, but for what is hidden of them; in pixels of the whole display.

    Raises BadMatch where the window is no longer there.
    """
    root = screen.screen().root
    place = root.translate_coords(window, 0, 0)
    inside = Rect(words.x - place.x, words.y - place.y, words.width, words.height)
    there, pixels = _lines(screen, image(window, inside), inside)
    shown, pixels_shown = _lines(screen, on_screen, words)
    found, known = WordPixels(whole=whole), dict[bytes, bytes]()
    for y, (held, seen) in enumerate(zip(there, shown, strict=True), words.y):
        if held not in known:  # many a line is the one before it
            known[held] = bytes(map(shades.__getitem__, pixels(held)))
        kinds = _in_view(known[held], words.x, y, hidden)
        same = kinds if held == seen else _same(kinds, pixels(held), pixels_shown(seen), shades.mask)
        ink = kinds.count(_INK)
        found = WordPixels(
            found.paper + kinds.count(_PAPER),
            found.ink + ink,
            found.paper_shown + same.count(_PAPER),
            found.ink_shown + same.count(_INK),
            whole=whole,
            pale=found.pale + kinds.count(_PALE),
            rows=found.rows + (ink >= LEAST_INK_OF_A_ROW),
            reach=max(found.reach, kinds.rfind(_INK) - kinds.find(_INK) + 1) if ink else found.reach,
            strokes=max(found.strokes, kinds.translate(_PALE_IS_PAPER).count(_STROKE)) if ink else found.strokes,
        )
    return found


def _same(kinds: bytes, held: Sequence[int], seen: Sequence[int], mask: int) -> bytes:
    """Of a line, what the screen shows as the window holds it. Spare bits of a pixel say nothing."""
    return bytes(kind for kind, one, other in zip(kinds, held, seen, strict=True) if not (one ^ other) & mask)


def _in_view(kinds: bytes, left: int, y: int, hidden: Sequence[Rect]) -> bytes:
    """What can be in view of a line."""
    over = [rect for rect in hidden if rect.y <= y < rect.y + rect.height]
    if not over:
        return kinds
    seen = bytearray(kinds)
    for rect in over:
        start, end = max(rect.x - left, 0), min(max(rect.x + rect.width - left, 0), len(seen))
        seen[start:end] = bytes([_HIDDEN]) * max(end - start, 0)
    return bytes(seen)


def _is_as_drawn(screen: Any, window: Any, part: WindowPart) -> bool:
    size, attributes = window.get_geometry(), window.get_attributes()
    return (
        attributes.map_state == X.IsViewable
        and attributes.visual == screen.screen().root_visual
        and attributes.colormap == screen.screen().default_colormap
        and (size.x, size.y, size.width, size.height, size.border_width)
        == (part.frame.x, part.frame.y, part.frame.width, part.frame.height, 0)
        and not is_shaped(window)
        and part.within in (None, window.query_tree().parent.id)
    )


def _lines(screen: Any, image: Any, area: Rect) -> tuple[list[bytes], Callable[[bytes], Sequence[int]]]:
    """The lines as the server sent them, and what makes pixels of one."""
    form = next(one for one in screen.display.info.pixmap_formats if one.depth == image.depth)
    size, pad = form.bits_per_pixel // 8, form.scanline_pad // 8
    stride = -(-area.width * size // pad) * pad
    order: Literal["<", ">"] = ">" if screen.display.info.image_byte_order else "<"
    data, starts = bytes(image.data), range(0, area.height * stride, stride)
    return [data[at : at + area.width * size] for at in starts], partial(_pixels, size=size, order=order)


def _pixels(line: bytes, size: int, order: Literal["<", ">"]) -> Sequence[int]:
    """A line's pixels as numbers. This runs each second while the account is in use, so that it is read as a whole where it can be."""
    if size in _WHOLE:
        return struct.unpack(f"{order}{len(line) // size}{_WHOLE[size]}", line)
    return tuple(
        int.from_bytes(line[at : at + size], "big" if order == ">" else "little") for at in range(0, len(line), size)
    )


def _rgb16(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[n : n + 2], 16) * 257 for n in (1, 3, 5))
    return red, green, blue
