"""What the X server says of the indicator's window: the measuring side, on its own connection.

Rules
- Another client than the one that drew the window asks for it. So a window that only believes itself shown does not pass (Tk's
  `winfo_viewable` stays 1 when covered or off screen).
- No display: `NoDisplay`. A display on which the answer would mean nothing: `NotMeasurable` (Xwayland, where Wayland windows cover ours
  unseen).
- A display that does not name a window's owner is no better (`browser_placement`): `NamesNoOwners`.
- If the window or a part of it vanishes during the measure, the window is not there.
- The inside of the window is measured too (`window_contents`).
- A look at a window that could be seen stands for the next ones while the server tells of no change (`changes`) and answers all that was
  asked as it did, the words' pixels with it (`asked`).
"""

import os
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

# python-xlib ships no types; everything that leaves this module is converted to our own.
from Xlib import X, Xatom, display, error, ext  # type: ignore[import-untyped]
from Xlib.ext import randr, res, shape  # type: ignore[import-untyped]

from offmon.agent.presence import visible_areas, window_contents
from offmon.agent.presence.asked import Asked, AskedAgain
from offmon.agent.presence.browser_placement import OwnedWindow
from offmon.agent.presence.changes import Changes
from offmon.agent.presence.visibility import Facts, Rect, Said, WindowFacts, WordPixels, why_not_visible
from offmon.agent.presence.window_contents import Drawn
from offmon.core.errors import Refused

_OPACITY = "_NET_WM_WINDOW_OPACITY"
_KEPT = "_NET_CLIENT_LIST"
_OPAQUE = 0xFFFFFFFF
_NAMES_OWNERS = (1, 2)  # X-Resource: the first version that says which process a client is
_USED: Final = frozenset({shape.extname, randr.extname, res.extname})
_LOCAL_NAME = re.compile(r"(?:unix)?:(\d{1,5}(?:\.\d{1,5})?)")


class NoDisplay(Refused):
    """There is nowhere to show the indicator, so the agent refuses to run (R-LEG-31)."""

    def __init__(self) -> None:
        super().__init__(
            "no-display",
            "There is no graphical display to show the indicator on, so nothing can be collected. Start the agent inside "
            "the person's graphical session (DISPLAY must name one of this machine). For a trial without a screen: "
            "xvfb-run -a -s '-screen 0 1280x800x24' COMMAND",
        )


class NotMeasurable(Refused):
    """The display cannot tell whether a window is covered, so the agent refuses to run."""

    def __init__(self) -> None:
        super().__init__(
            "display-not-measurable",
            "This is a Wayland session: it does not tell whether the indicator is covered, so nothing can be collected. "
            "Sign out and choose an X11 (Xorg) session on the sign-in screen.",
        )


class NamesNoOwners(Refused):
    """The display does not say whose a window is, so that a browser elsewhere could not be told from one here."""

    def __init__(self) -> None:
        super().__init__(
            "display-names-no-owners",
            "This display does not say which program a window belongs to, so nothing can be collected. Use an X server "
            "with the X-Resource extension, version 1.2 or newer (X.Org since 2012).",
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A look at a window that could be seen: of what, and what it asked."""

    of: tuple[int, Drawn, tuple[Said, ...]]
    asked: Asked


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """A look on its way."""

    _asked: AskedAgain
    _changes: Changes

    def stands(self, within_s: float) -> bool:
        """Whether all is as the last look found it; waits for the server's answers at most so long."""
        try:
            return self._asked.same(within_s) and not self._changes.told()
        except (error.XError, error.ConnectionClosedError, OSError, ValueError):
            return False


class Screen:
    """One connection to the display named by DISPLAY. Use it from one thread."""

    def __init__(self) -> None:
        try:
            self._display = _connected(_name_on_this_machine())
        except (error.DisplayError, error.ConnectionClosedError, OSError) as refused:
            raise NoDisplay from refused
        if self._display.query_extension("XWAYLAND") is not None:  # python-xlib's `has_extension` knows its own alone
            self.close()
            raise NotMeasurable
        if not self._names_owners():
            self.close()
            raise NamesNoOwners
        # Requests without a reply fail late, when the window is already gone; the next measure says so.
        self._display.set_error_handler(lambda _error, _request: None)
        self._root = self._display.screen().root
        self._changes = Changes(self._display)
        self._last: _Seen | None = None
        self._shades = window_contents.Shades(self._display)

    def close(self) -> None:
        """Give the connection back; harmless if the server is gone."""
        try:
            self._display.close()
        except (error.ConnectionClosedError, OSError):
            return

    def watch(self, window_id: int) -> None:
        """Have the server tell us when the window becomes fully obscured or seen again."""
        try:
            self._changes.ask([window_id])
            # Now, not with the next question: what happens in between would never be told.
            self._display.sync()
        except (error.ConnectionClosedError, OSError):
            return

    def look(self, window_id: int, drawn: Drawn, said: tuple[Said, ...] = ()) -> WindowFacts | None:
        """Measure the window, which is to say `said`; None if the server does not know it, or a part of it, or has gone away itself."""
        try:
            return self._look_anew((window_id, drawn, said))
        except (error.XError, error.ConnectionClosedError, OSError, ValueError):
            self._last = None
            return None

    def ask_again(self, window_id: int, drawn: Drawn, said: tuple[Said, ...]) -> LookedAgain | None:
        """Look again as the last look did, where that saw the window and nothing was told since; None: it must be looked at anew."""
        last = self._last
        if last is None or last.of != (window_id, drawn, said) or self._changes.told():
            self._last = None
            return None
        try:
            return LookedAgain(last.asked.again(self._display.display), self._changes)
        except (error.ConnectionClosedError, OSError):
            return None

    def fileno(self) -> int:
        """The descriptor that is readable when the server tells something."""
        return int(self._display.fileno())

    def was_told(self) -> bool:
        """Whether the server told something that was read and not looked into."""
        try:
            return bool(self._display.pending_events())
        except (error.ConnectionClosedError, OSError):
            return True

    def set_right(self, window_id: int, drawn: Drawn) -> None:
        """Undo what another client did behind the window's back: unmapped it, set a shape or a transparency on it, took it apart."""
        try:
            for window in self._up_to_root(window_id):
                window.delete_property(self._display.intern_atom(_OPACITY))
                window.map()
                window_contents.uncut(window)
            window_contents.put_together(self._display, drawn)
            self._display.sync()
        except (error.XError, error.ConnectionClosedError, OSError):
            return

    def windows_of(self, processes: Set[int]) -> tuple[OwnedWindow, ...]:
        """Windows of these processes that stand on their own on this display, shown or not; none if the server has gone away."""
        try:
            return tuple(self._windows_of(processes))
        except (error.XError, error.ConnectionClosedError, OSError, ValueError):
            return ()

    def _names_owners(self) -> bool:
        if not self._display.has_extension(res.extname):
            return False
        version = self._display.res_query_version()
        return (version.server_major, version.server_minor) >= _NAMES_OWNERS

    def _windows_of(self, processes: Set[int]) -> Iterator[OwnedWindow]:
        """The root's children, and what the window manager has put into frames of its own."""
        everybody = [{"client": X.NONE, "mask": res.LocalClientPIDMask}]
        clients = self._display.res_query_clients().clients
        masks = {one.resource_base: one.resource_mask for one in clients}
        named = {
            one.spec.client: one.value[0] for one in self._display.res_query_client_ids(everybody).ids if one.value
        }
        ours = [(base, masks[base], pid) for base, pid in named.items() if pid in processes and base in masks]
        listed = self._root.get_full_property(self._display.intern_atom(_KEPT), Xatom.WINDOW)
        kept = frozenset(listed.value) if listed is not None else frozenset[int]()
        for window_id in {*kept, *(one.id for one in self._root.query_tree().children)}:
            owner = next((pid for base, mask, pid in ours if window_id & ~mask == base), None)
            if owner is not None and (found := self._owned(window_id, owner, kept=window_id in kept)):
                yield found

    def _owned(self, window_id: int, owner: int, *, kept: bool) -> OwnedWindow | None:
        try:
            attributes = self._display.create_resource_object("window", window_id).get_attributes()
        except error.BadWindow:
            return None
        shown = attributes.map_state == X.IsViewable
        return OwnedWindow(owner, drawn=attributes.win_class == X.InputOutput, viewable=shown, kept=kept)

    def _look_anew(self, of: tuple[int, Drawn, tuple[Said, ...]]) -> WindowFacts:
        self._last, asked = None, Asked()
        self._changes.any()
        with asked.of(self._display.display):
            facts = self._look(*of)
        if not self._changes.any() and why_not_visible(Facts(alive=True, answered_after_s=0.0, window=facts)) is None:
            self._last = _Seen(of, asked)
        return facts

    def _look(self, window_id: int, drawn: Drawn, said: tuple[Said, ...]) -> WindowFacts:
        line = self._up_to_root(window_id)
        self._changes.ask({window_id, *(one.id for one in line), *(part.window for part in drawn.parts)})
        window = line[0]
        # What a window shows ends where the windows it lies in end.
        frame = reduce(Rect.overlap, map(self._frame, line))
        within = [
            rect for one in window_contents.strangers(self._display, drawn) if (rect := self._shown(one)) is not None
        ]
        above = (*(rect for one in line for rect in self._above(one)), *within)
        mapped = window.get_attributes().map_state == X.IsViewable
        words = tuple(
            self._frame(self._display.create_resource_object("window", one)).overlap(frame) for one in drawn.words
        )
        facts = WindowFacts(
            mapped=mapped,
            frame=frame,
            monitors=self._monitors(),
            above=above,
            fully_obscured=self._changes.fully_obscured(window_id),
            cut_away=any(window_contents.is_shaped(one) for one in line),
            opacity=min(self._opacity(one) for one in line),
            whole=window_contents.is_whole(self._display, drawn),
            words=words,
            said=said,
            lines=tuple(self._lines(window, one, above) for one in words) if mapped else (),
            form=drawn.form,
        )
        self._display.sync()
        return facts

    def _lines(self, window: Any, words: Rect, above: Iterable[Rect]) -> WordPixels:
        on_screen = words.overlap(self._frame(self._root))
        if not on_screen.area:
            return WordPixels(whole=False)
        hidden = [rect for rect in above if rect.overlap(on_screen).area]
        whole = not hidden and on_screen == words
        try:
            shown = window_contents.image(self._root, on_screen)
            return window_contents.lines(
                self._display, self._shades, window, on_screen, shown, hidden=hidden, whole=whole
            )
        except error.BadMatch:  # it is not where it was a moment ago
            return WordPixels(whole=False)

    def _monitors(self) -> tuple[Rect, ...]:
        """The lit areas of the display, the primary one first; none where nothing is lit. All of it where it cannot say."""
        known = visible_areas.lit(self._display, self._root)
        return (self._frame(self._root),) if known is None else known

    def _up_to_root(self, window_id: int) -> list[Any]:
        """The window and those it lies in, up to the child of the root (Tk wraps its own, a window manager may wrap it again)."""
        line = [self._display.create_resource_object("window", window_id)]
        while (parent := line[-1].query_tree().parent) != self._root:
            line.append(parent)
        return line

    def _above(self, window: Any) -> list[Rect]:
        """Shown windows stacked over this one under the same parent. ValueError: it left that parent meanwhile."""
        siblings = window.query_tree().parent.query_tree().children
        higher = siblings[siblings.index(window) + 1 :]
        return [rect for one in higher if (rect := self._shown(one)) is not None]

    def _shown(self, window: Any) -> Rect | None:
        try:
            attributes = window.get_attributes()
            if attributes.map_state != X.IsViewable or attributes.win_class != X.InputOutput:
                return None
            return self._frame(window)
        except (error.BadWindow, error.BadDrawable):
            return None

    def _frame(self, window: Any) -> Rect:
        size = window.get_geometry()
        place = self._root.translate_coords(window, 0, 0)
        border = int(size.border_width)
        return Rect(
            int(place.x) - border, int(place.y) - border, int(size.width) + 2 * border, int(size.height) + 2 * border
        )

    def _opacity(self, window: Any) -> float:
        asked = window.get_full_property(self._display.intern_atom(_OPACITY), Xatom.CARDINAL)
        return float(asked.value[0]) / _OPAQUE if asked is not None and len(asked.value) else 1.0


def _connected(name: str) -> Any:
    """A connection with the extensions that are used here: python-xlib would load the code of every one that the server has."""
    every = ext.__extensions__
    ext.__extensions__ = [one for one in every if one[0] in _USED]
    try:
        return display.Display(name)
    finally:
        ext.__extensions__ = every


def _name_on_this_machine() -> str:
    """DISPLAY, if it names a server behind a local socket: on another machine the indicator would be shown to others."""
    name = _LOCAL_NAME.fullmatch(os.environ.get("DISPLAY", ""))
    if name is None:
        raise NoDisplay
    # "unix" keeps python-xlib from trying TCP when the socket is not there.
    return f"unix:{name[1]}"
