"""Another client of the same display, which does to the indicator whatever X allows."""

from collections.abc import Iterator
from typing import Any

from Xlib import XK, X, Xatom, Xutil, display, error  # type: ignore[import-untyped]
from Xlib.ext import composite, shape, xtest  # type: ignore[import-untyped]
from Xlib.protocol import event  # type: ignore[import-untyped]

from offmon.agent.presence import style
from offmon.agent.presence.visibility import Rect
from tests.integration.agent.devices import await_true


class Stranger:
    def __init__(self, name: str) -> None:
        self._display = display.Display(name)
        self.root = self._display.screen().root

    def finish(self) -> None:
        """Wait until the server has done all that was asked."""
        self._display.sync()

    def leave(self) -> None:
        """With every window of its own; pointer and resources are as they were for whoever comes next."""
        xtest.fake_input(self._display, X.MotionNotify, x=640, y=400)
        self.root.delete_property(Xatom.RESOURCE_MANAGER)
        self._display.sync()
        self._display.close()

    def await_window_manager(self) -> None:
        atom = self._display.intern_atom("_NET_SUPPORTING_WM_CHECK")
        await_true(lambda: self.root.get_full_property(atom, Xatom.WINDOW) is not None)

    def find_indicator(self) -> Any:
        """The indicator's outermost window, found as anybody would: by its name."""
        for top in self.root.query_tree().children:
            for window in (top, *top.query_tree().children):
                if window.get_wm_class() and window.get_wm_class()[1] == "Offmon-indicator":
                    return top
        raise AssertionError("no indicator on this display")

    def frame(self) -> Rect:
        """Where the indicator is."""
        window = self.find_indicator()
        size = window.get_geometry()
        return Rect(size.x, size.y, size.width, size.height)

    def cover(self, area: Rect, *, managed: bool = False, fullscreen: bool = False) -> Any:
        """Put an opaque window there and wait until it is shown."""
        window = self.root.create_window(
            area.x, area.y, area.width, area.height, 0, X.CopyFromParent, background_pixel=0x336699,
            override_redirect=not managed, event_mask=X.ExposureMask,
        )  # fmt: skip
        if fullscreen:
            state = self._display.intern_atom("_NET_WM_STATE_FULLSCREEN")
            window.change_property(self._display.intern_atom("_NET_WM_STATE"), Xatom.ATOM, 32, [state])
        window.map()
        self._display.sync()
        await_true(lambda: window.get_attributes().map_state == X.IsViewable)
        return window

    def show_within(self, outer: Rect, inner: Rect) -> int:
        """A window that lies in another one; gives its id."""
        parent = self.cover(outer)
        child = parent.create_window(inner.x, inner.y, inner.width, inner.height, 0, X.CopyFromParent)
        child.map()
        self._display.sync()
        return int(child.id)

    def minimise(self, window: Any) -> None:
        """Ask the window manager to, and wait until it did."""
        self.ask_to_minimise(window)
        await_true(lambda: window.get_attributes().map_state != X.IsViewable)

    def call_it_anothers(self, window: Any, process: int) -> None:
        """Have the window say that it is another process's."""
        window.change_property(self._display.intern_atom("_NET_WM_PID"), Xatom.CARDINAL, 32, [process])
        self._display.sync()

    def raise_again(self, window: Any) -> None:
        window.configure(stack_mode=X.Above)
        self._display.sync()

    def unmap(self) -> None:
        self.find_indicator().unmap()
        self._display.sync()

    def unmap_inner(self) -> None:
        for inner in self.find_indicator().query_tree().children:
            inner.unmap()
        self._display.sync()

    def _inside(self) -> list[Any]:
        """The indicator's window in its wrapper, and all windows in it that are shown."""
        (window,) = self.find_indicator().query_tree().children
        return [one for one in self._tree(window) if one.get_attributes().map_state == X.IsViewable]

    def _words(self) -> list[Any]:
        """Those that hold its words: they and a line that keeps the width are the widest that lie in nothing of their width."""
        size = {one.id: one.get_geometry() for one in self._inside()}
        widths = [size[one.id].width for one in self._inside() if not one.query_tree().children]
        return [one for one in self._inside() if size[one.id].width == max(widths) and size[one.id].height > 1]

    def show_inside(self, depth: int) -> Any:
        """A window of our own as large as the indicator, in one of its windows."""
        frame = self.frame()
        window = self._inside()[depth].create_window(
            0, 0, frame.width, frame.height, 0, X.CopyFromParent, background_pixel=0x336699
        )
        window.map()
        self._display.sync()
        return window

    def unmap_words(self) -> None:
        for one in self._words():
            one.unmap()
        self._display.sync()

    def unmap_contents(self) -> None:
        self._inside()[1].unmap()
        self._display.sync()

    def move_words(self) -> None:
        for one in self._words():
            one.configure(x=-5000)
        self._display.sync()

    def shrink_words(self) -> None:
        for one in self._words():
            one.configure(width=1)
        self._display.sync()

    def cut_words(self) -> None:
        for one in self._words():
            one.shape_rectangles(shape.SO.Set, shape.SK.Bounding, 0, 0, 0, [])
        self._display.sync()

    def take_words_away(self) -> None:
        """Into a window of our own, somewhere else."""
        for one in self._words():
            one.reparent(self.cover(Rect(0, 0, 50, 50)), 0, 0)
        self._display.sync()

    def put_mark_over_words(self) -> None:
        """A part of its own over another."""
        words = self._words()[0].get_geometry()
        mark = next(one for one in self._inside() if one.get_geometry().width == 10)
        mark.configure(x=0, y=0, width=words.width + 40, height=120, stack_mode=X.Above)
        self._display.sync()

    def show_other_form(self) -> None:
        """Over the form that stands the one that does not."""
        (border,) = self._inside()[0].query_tree().children
        for paper in border.query_tree().children:
            if paper.get_attributes().map_state != X.IsViewable:
                paper.configure(stack_mode=X.Above)
                paper.map()
        self._display.sync()

    def focus(self) -> None:
        """Give it the keyboard's focus, as whoever manages the windows may."""
        self.find_indicator().set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
        self._display.sync()

    def destroy_words(self) -> None:
        for one in self._words():
            one.destroy()
        self._display.sync()

    def widen(self) -> None:
        frame = self.frame()
        self.place(width=frame.width - 20)

    def grow(self) -> None:
        """As far as the screen's edge leaves room, whichever form it has."""
        frame = self.frame()
        self.place(width=frame.width + 12, height=frame.height + 12)

    def paint_over(self, colour: str) -> None:
        """Draw on the screen itself, through all windows."""
        frame, pixel = self.frame(), int(colour[1:], 16)
        pen = self.root.create_gc(foreground=pixel, subwindow_mode=X.IncludeInferiors)
        self.root.fill_rectangle(pen, frame.x, frame.y, frame.width, frame.height)
        pen.free()
        self._display.sync()

    def keep_off_the_screen(self) -> None:
        """As a compositor does, but one that never paints what it keeps."""
        self._display.composite_query_version()
        self.find_indicator().composite_redirect_window(composite.RedirectManual)
        self._display.sync()

    def let_on_the_screen(self) -> None:
        self.find_indicator().composite_unredirect_window(composite.RedirectManual)
        self._display.sync()

    def place(self, **geometry: int) -> None:
        self.find_indicator().configure(**geometry)
        self._display.sync()

    def cut(self) -> None:
        self.find_indicator().shape_rectangles(shape.SO.Set, shape.SK.Bounding, 0, 0, 0, [])
        self._display.sync()

    def make_transparent(self) -> None:
        atom = self._display.intern_atom("_NET_WM_WINDOW_OPACITY")
        self.find_indicator().change_property(atom, Xatom.CARDINAL, 32, [0x10000000])
        self._display.sync()

    def ask_to_close(self) -> None:
        """As a window manager's close button does."""
        top = self.find_indicator()
        for window in (top, *top.query_tree().children):
            asked = self._display.intern_atom("WM_DELETE_WINDOW")
            message = event.ClientMessage(
                window=window, client_type=self._display.intern_atom("WM_PROTOCOLS"), data=(32, [asked, 0, 0, 0, 0])
            )
            window.send_event(message)
        self._display.sync()

    def ask_to_minimise(self, window: Any) -> None:
        """ICCCM §4.1.4: a client message to the root."""
        asked = self._display.intern_atom("WM_CHANGE_STATE")
        message = event.ClientMessage(window=window, client_type=asked, data=(32, [Xutil.IconicState, 0, 0, 0, 0]))
        self.root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self._display.sync()

    def kill_client(self) -> None:
        self.find_indicator().kill_client()
        self._display.sync()

    def drag(self, start: tuple[int, int], by: tuple[int, int] = (0, 0)) -> None:
        """Press the first button there, move, release; without a distance, a click."""
        x, y = start
        for kind, detail, px, py in (
            (X.MotionNotify, 0, x, y),
            (X.ButtonPress, 1, 0, 0),
            (X.MotionNotify, 0, x + by[0], y + by[1]),
            (X.ButtonRelease, 1, 0, 0),
        ):
            xtest.fake_input(self._display, kind, detail, x=px, y=py)
        self._display.sync()

    def press(self, name: str, holding: str | None = None) -> None:
        """Press and release a key by the name of its keysym, with a modifier held down or not."""
        keys = [self._display.keysym_to_keycode(XK.string_to_keysym(one)) for one in (holding, name) if one]
        for key in keys:
            xtest.fake_input(self._display, X.KeyPress, key)
        for key in reversed(keys):
            xtest.fake_input(self._display, X.KeyRelease, key)
        self._display.sync()

    def type(self, text: str) -> None:
        """Letters, digits and dashes, a key each."""
        for letter in text.lower():
            self.press("minus" if letter == "-" else letter)

    def find(self, kind: str) -> Any | None:
        """The outermost window of that class, framed by a window manager or not; None if there is none that is shown."""
        try:
            for top in self.root.query_tree().children:
                for window in self._tree(top):
                    named = (window.get_wm_class() or ("", ""))[1]
                    if named == kind and window.get_attributes().map_state == X.IsViewable:
                        return top
        except error.BadWindow:
            return self.find(kind)  # one went away while we looked
        return None

    def _tree(self, window: Any) -> Iterator[Any]:
        yield window
        for child in window.query_tree().children:
            yield from self._tree(child)

    def buttons(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """A point in the first button and one in the last, found by their colour."""
        frame = self.frame()
        spots = [place for place, colour in self._pixels(frame) if colour == style.BUTTON]
        (left, top), (right, bottom) = min(spots), max(spots)
        return (frame.x + left + 4, frame.y + top + 4), (frame.x + right - 4, frame.y + bottom - 4)

    def colours(self, area: Rect) -> set[str]:
        """The colours that are really on the screen there."""
        return {colour for _, colour in self._pixels(area)}

    def _pixels(self, area: Rect) -> Iterator[tuple[tuple[int, int], str]]:
        image = self.root.get_image(area.x, area.y, area.width, area.height, X.ZPixmap, 0xFFFFFFFF)
        data = bytes(image.data)
        for n, i in enumerate(range(0, len(data), 4)):
            yield (n % area.width, n // area.width), f"#{data[i + 2]:02x}{data[i + 1]:02x}{data[i]:02x}"
