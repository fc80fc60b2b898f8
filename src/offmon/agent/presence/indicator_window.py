"""The indicator's window: `python -m offmon.agent.presence.indicator_window`, a child process of the agent.

Rules
- It cannot be closed, minimised or shrunk. It is an override-redirect window, so no window manager gives it buttons, a key or a full-screen
  layer above it. It never takes the keyboard's focus by itself, so it never takes a keystroke meant for others.
- It can be moved: by dragging, or corner by corner with a button, since not everyone can drag (WCAG 2.2 §2.5.7).
- It stands open, or folded into a strip with one word. A press opens the strip, and so does the keyboard's focus, which whoever manages the
  windows may give it. Then Tab, Return and the space bar work. A press or key while it is open starts the thirty seconds anew (`folding`).
- The first line on stdin is all that it says, as JSON. It knows nothing else of the agent, and imports little.
- Then it obeys the agent's lines: `ping N STATE`, `here N STATE`, `show STATE`, `open`, `fold`, `lift`, `home X Y WIDTH HEIGHT`.
- It answers on stdout. First, for each form, `part FORM WINDOW WITHIN X Y WIDTH HEIGHT` for each window that it drew (the outermost within
  0) and `words FORM WINDOW…`. Then `ready WINDOW`, later `pong N FORM`, `touched` and `details`.
- One loop reads the lines and drives Tk. A pong follows a round trip to the display server and all pending drawing, so it proves both
  alive. To `here` it answers at once where nothing is to be drawn: the agent asks the server itself, and whether anything changed.
- It waits in one place, for the agent or the display server. Tk's own loop would wake another thread for each line, several times.
- Its letters follow the desktop's scale, and never get too small to read, even if a display claims a dozen dots to the inch. Otherwise no
  file, variable or resource changes its look (`child`, `tk_defaults`).
- It never claims to collect when it may not. Without a ping for longer than a measure holds, it says that something went wrong. When the
  agent is gone (end of stdin), it ends.
"""

import json
import math
import os
import select
import stat
import sys
import time
import tkinter as tk
from collections.abc import Callable, Iterable, Iterator
from tkinter import font
from types import SimpleNamespace

from offmon.agent.presence import style
from offmon.agent.presence.states import LEAST_SIZE, MEASURE_HOLDS_MS, AgentState, Form
from offmon.agent.presence.tk_defaults import plain

_MARGIN = 24
_MARGIN_FOR_A_PANEL = 56
_BOTTOM_RIGHT = 2
_LATE_S = MEASURE_HOLDS_MS / 1000 + 0.1
_SOON_S = 0.005
_SOON_ENOUGH = 100
_MOST_OPEN = 64
_POINTS = 11
_PIXELS = 15
_LOWEST_LINE = 17
_HIGHEST_USUAL_LINE = 24
_BESIDE_TEXT = 80
_AROUND_TEXT = 8
_USUAL_STRIP = 120
_SLIPS = 4


class Window:
    """One window in two forms: with a sentence, a state and two buttons, or with one word."""

    def __init__(self, words: SimpleNamespace) -> None:
        """`words`: the members of `words.IndicatorText`."""
        self._words = words
        self._state = self._shown = AgentState.STARTING
        self._pinged, self._stays = time.monotonic(), True
        self._unread = b""
        self._corner = _BOTTOM_RIGHT
        self._grip = self._start = (0, 0)
        self._held = self._dragged = False
        self._anew = 0
        self._form = Form.STRIP
        known = _sockets()
        self._root = tk.Tk(className="offmon-indicator")
        self._server = [one for one in _sockets() if one not in known]
        self._root.overrideredirect(True)
        self._root.title(words.title)
        self._root.protocol("WM_DELETE_WINDOW", lambda: None)
        self._area = (0, 0, self._root.winfo_screenwidth(), self._root.winfo_screenheight())
        self._draw()

    def run(self) -> None:
        """Show it until the agent is gone."""
        for form in (Form.STRIP, Form.OPEN):
            self._stand(form)
            self._to_corner(self._corner)
            self._root.update()
            self._report()
        os.set_blocking(sys.stdin.fileno(), False)
        _say(f"ready {self._root.winfo_id()}")
        while self._stays:
            left = self._pinged + _LATE_S - time.monotonic() if self._shown is AgentState.COLLECTING else None
            ready = select.select([sys.stdin.fileno(), *self._server], [], [], left and max(left, 0))[0]
            if ready != [sys.stdin.fileno()]:
                self._repaint()
                self._root.update()
            if sys.stdin.fileno() in ready:
                self._read()

    def _report(self) -> None:
        """What was drawn in this form, before anybody else can know of it."""
        for part in (self._root, self._border, *_all_in(self._papers[self._form])):
            within = 0 if part is self._root else part.nametowidget(part.winfo_parent()).winfo_id()
            place = (0, 0) if part is self._root else (part.winfo_x(), part.winfo_y())
            frame = (*place, part.winfo_width(), part.winfo_height())
            _say(" ".join(map(str, ("part", self._form, part.winfo_id(), within, *frame))))
        _say(" ".join(("words", self._form, *(str(one.winfo_id()) for one in self._words_of[self._form]))))

    def _draw(self) -> None:
        text, strong = self._fonts()
        plain(self._root, background=style.PAPER)
        self._border = plain(tk.Frame(self._root), background=style.INK, padx=2, pady=2)
        self._border.pack(fill="both", expand=True)
        self._papers = {form: plain(tk.Frame(self._border), background=style.PAPER) for form in Form}
        self._marks = [plain(tk.Frame(paper), width=10) for paper in self._papers.values()]
        for mark in self._marks:
            mark.pack(side="left", fill="y")
        self._draw_open(text, strong)
        self._draw_strip(text)
        self._words_of = {Form.OPEN: (self._headline, self._monitored), Form.STRIP: (self._strip,)}
        for press, does in (
            ("<ButtonPress-1>", self._grab),
            ("<B1-Motion>", self._drag),
            ("<ButtonRelease-1>", self._let_go),
            ("<FocusIn>", self._focused),
            ("<Key>", self._touched),
        ):
            self._root.bind(press, does)
        self._repaint()

    def _draw_open(self, text: font.Font, strong: font.Font) -> None:
        inner = plain(tk.Frame(self._papers[Form.OPEN]), background=style.PAPER, padx=14, pady=10)
        inner.pack(side="left", fill="both", expand=True)
        self._headline = self._line(inner, strong)
        self._monitored = self._line(inner, text)
        self._monitored.configure(text=self._words.monitored)
        buttons = plain(tk.Frame(inner), background=style.PAPER)
        buttons.pack(anchor="w", pady=(8, 0))
        self._first = self._button(buttons, text, self._words.details, self._ask_details)
        self._button(buttons, text, self._words.move, self._to_next_corner)
        # The widest state decides the width once, so that the window never changes size under a hand.
        self._keep_width(inner, strong, self._says_of_states())

    def _draw_strip(self, text: font.Font) -> None:
        inner = plain(tk.Frame(self._papers[Form.STRIP]), background=style.PAPER, padx=12, cursor="hand2")
        inner.pack(side="left", fill="both", expand=True)
        self._strip = self._line(inner, text)
        self._keep_width(inner, text, self._words.strip.values(), _USUAL_STRIP)

    @staticmethod
    def _keep_width(parent: tk.Misc, of: font.Font, texts: Iterable[str], least: int = 0) -> None:
        width = max(least, *map(of.measure, texts)) + _AROUND_TEXT
        plain(tk.Frame(parent), width=width, height=0, background=style.PAPER).pack()

    def _fonts(self) -> tuple[font.Font, font.Font]:
        """The plain one and the strong one: as the desktop's scale has it, no lower than can be read, no wider than fits.

        Found out by looking: pixels are none to Tk, which makes points of them by one scale and pixels of those by another (`Xft.dpi`).
        """
        text = font.nametofont("TkDefaultFont").copy()
        text.configure(size=10 * _POINTS)
        wished = text.metrics("linespace") / 10
        text.configure(size=-10 * _PIXELS)
        usual = max(text.metrics("linespace") / 10, 0.1)
        widest = max(map(text.measure, (*self._says_of_states(), *self._words.monitored.split("\n")))) / 10
        fits = usual * (self._area[2] - _BESIDE_TEXT) / (max(widest, 1) * 1.2)
        high = min(max(wished, _LOWEST_LINE, min(usual, _HIGHEST_USUAL_LINE)), fits)
        size = math.ceil(_PIXELS * high / usual)
        text.configure(size=-size)
        strong = text.copy()
        strong.configure(weight="bold", size=-round(size * 12 / _POINTS))
        return text, strong

    def _says_of_states(self) -> Iterator[str]:
        return (line for said in self._words.states.values() for line in said.split("\n"))

    @staticmethod
    def _line(parent: tk.Misc, of: font.Font) -> tk.Label:
        label = plain(
            tk.Label(parent), font=of, foreground=style.INK, background=style.PAPER, anchor="w", justify="left"
        )
        label.pack(fill="x", pady=1)
        return label

    def _button(self, parent: tk.Misc, of: font.Font, text: str, command: Callable[[], None]) -> tk.Button:
        button = plain(tk.Button(parent), text=text, font=of, command=command, takefocus=True)
        button.configure(background=style.BUTTON, activebackground=style.BUTTON_PRESSED, padx=12, pady=3)
        button.configure(foreground=style.INK, activeforeground=style.INK, disabledforeground=style.INK)
        button.configure(relief="solid", borderwidth=1, cursor="hand2")
        button.configure(highlightthickness=2, highlightcolor=style.FOCUS, highlightbackground=style.PAPER)
        # A button that has the focus keeps it while the strip stands: there, the key opens the window.
        button.bind("<Return>", lambda _event: button.invoke() if self._form is Form.OPEN else self._turn(Form.OPEN))
        button.pack(side="left", padx=(0, 8))
        return button

    def _read(self) -> None:
        received = os.read(sys.stdin.fileno(), 4096)
        *lines, self._unread = (self._unread + received).split(b"\n")
        self._stays = bool(received)
        for line in lines:
            self._obey(*line.decode("ascii").split())

    def _obey(self, verb: str, *rest: str) -> None:
        match verb, rest:
            case "here" | "ping", [number, state]:
                self._pinged = time.monotonic()
                if verb == "ping" or self._anew or self._shown is not AgentState(state):
                    self._say_state(AgentState(state))
                    self._finish()
                _say(f"pong {number} {self._form}")
                return
            case "show", [state]:
                self._say_state(AgentState(state))
            case "open", []:
                self._turn(Form.OPEN)
            case "fold", []:
                if not self._held:
                    self._turn(Form.STRIP)
            case "lift", []:
                width, height = self._size()
                self._root.geometry(f"{width}x{height}")
                self._root.deiconify()
                self._root.lift()
                self._anew = _SOON_ENOUGH
            case "home", [x, y, width, height]:
                self._area = (int(x), int(y), int(width), int(height))
                self._to_corner(self._corner)
            case _:
                # Only the agent of the same release writes here: a word that is not known is a fault, to be seen.
                self._say_state(AgentState.FAULT)
        self._root.update()

    def _finish(self) -> None:
        """Until nothing is left to do: all that was to be drawn is drawn, and the display server has done it."""
        words = self._words_of[self._form]
        self._catch_up()
        # Of a window that another client unmaps Tk takes everything out, puts it back piece by piece, and forgets what the server
        # asked to have drawn of a piece that was not back yet.
        while self._anew > 1 and not all(one.winfo_ismapped() for one in (self._papers[self._form], *words)):
            self._anew -= 1
            time.sleep(_SOON_S)
            self._catch_up()
        if self._anew:
            self._anew = 0
            for one in words:
                one.configure(text=one.cget("text"))
            self._catch_up()

    def _catch_up(self) -> None:
        self._root.winfo_pointerxy()  # so that all that happened by now is known
        self._root.update()
        self._root.winfo_pointerxy()
        self._root.update()  # what came with the answer would else wait for the next

    def _say_state(self, state: AgentState) -> None:
        self._state = state
        self._repaint()

    def _repaint(self) -> None:
        unmeasured = time.monotonic() - self._pinged > MEASURE_HOLDS_MS / 1000
        state = AgentState.FAULT if unmeasured and self._state is AgentState.COLLECTING else self._state
        self._shown = state
        if self._headline.cget("text") != self._words.states[state]:
            self._headline.configure(text=self._words.states[state])
            self._strip.configure(text=self._words.strip[state])
            for mark in self._marks:
                mark.configure(background=style.mark_of(state))

    def _to_next_corner(self) -> None:
        self._to_corner((self._corner + 1) % 4)

    def _to_corner(self, corner: int) -> None:
        self._corner = corner
        x, y, width, height = self._area
        own_width, own_height = self._size()
        right, bottom = corner in {1, 2}, corner in {2, 3}
        self._place(
            x + (width - own_width - _MARGIN if right else _MARGIN),
            y + (height - own_height - _MARGIN_FOR_A_PANEL if bottom else _MARGIN_FOR_A_PANEL),
        )

    def _grab(self, event: "tk.Event[tk.Misc]") -> None:
        # A hand that slips on a button does not mean to move the window.
        self._held, self._dragged = not isinstance(event.widget, tk.Button), False
        self._grip = (event.x_root - self._root.winfo_x(), event.y_root - self._root.winfo_y())
        self._start = (event.x_root, event.y_root)
        self._touched(event)

    def _drag(self, event: "tk.Event[tk.Misc]") -> None:
        far = max(abs(event.x_root - self._start[0]), abs(event.y_root - self._start[1]))
        self._dragged = self._dragged or far >= _SLIPS
        if self._held and self._dragged:
            self._place(event.x_root - self._grip[0], event.y_root - self._grip[1])

    def _let_go(self, _event: "tk.Event[tk.Misc]") -> None:
        if self._held and not self._dragged:
            self._turn(Form.OPEN)
        self._held = False

    def _focused(self, event: "tk.Event[tk.Misc]") -> None:
        if event.widget is self._root:
            self._touched(event)
            self._turn(Form.OPEN)
            self._first.focus_set()

    def _ask_details(self) -> None:
        """What was asked for stands beside the strip, which leaves it more room."""
        _say("details")
        self._turn(Form.STRIP)

    def _touched(self, _event: "tk.Event[tk.Misc]") -> None:
        _say("touched")

    def _turn(self, form: Form) -> None:
        """Stand in that form, with the same corner where it is that lies nearest to a corner of the screen."""
        if form is self._form:
            return
        x, y, width, height = (
            self._root.winfo_x(), self._root.winfo_y(), self._root.winfo_width(), self._root.winfo_height()
        )  # fmt: skip
        left, top, across, down = self._area
        self._stand(form)
        own_width, own_height = self._size()
        right, bottom = 2 * x + width > 2 * left + across, 2 * y + height > 2 * top + down
        self._place(x + width - own_width if right else x, y + height - own_height if bottom else y)
        self._anew = _SOON_ENOUGH

    def _stand(self, form: Form) -> None:
        self._form = form
        for paper in self._papers.values():
            paper.pack_forget()
        self._papers[form].pack(fill="both", expand=True)

    def _place(self, x: int, y: int) -> None:
        width, height = self._size()
        x = max(0, min(x, self._root.winfo_screenwidth() - width))
        y = max(0, min(y, self._root.winfo_screenheight() - height))
        self._root.geometry(f"{width}x{height}+{x}+{y}")

    def _size(self) -> tuple[int, int]:
        self._root.update_idletasks()
        least_width, least_height = LEAST_SIZE[self._form]
        return max(self._root.winfo_reqwidth(), least_width), max(self._root.winfo_reqheight(), least_height)


def _all_in(widget: tk.Misc) -> Iterator[tk.Misc]:
    yield widget
    for child in widget.winfo_children():
        yield from _all_in(child)


def _sockets() -> list[int]:
    """This process's open sockets. Tk does not tell which is its connection to the display server: the one that it opened."""
    found = []
    for one in range(_MOST_OPEN):
        try:
            if stat.S_ISSOCK(os.fstat(one).st_mode):
                found.append(one)
        except OSError:
            continue
    return found


def _say(line: str) -> None:
    os.write(sys.stdout.fileno(), f"{line}\n".encode("ascii"))


if __name__ == "__main__":
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as given:  # and no byte of what follows
        said = json.loads(given.readline())
    Window(SimpleNamespace(**said)).run()
