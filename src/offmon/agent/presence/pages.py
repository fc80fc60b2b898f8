"""The device's own pages, as the agent holds them: a click on the indicator opens one window, which the reader closes (R-RGT-3).

Rules
- The window is a child process. The agent makes its content here, and gives it the details only after the PIN.
- It disturbs nothing: it opens away from the indicator. If it ends, hangs or sends nonsense, it is simply gone.
- It asks nobody: its content is in this process already. One page is the exception, and says so: the sign-in code for another device. It
  asks for the PIN again, since the window may have been left open, and shows the code once.
- So does the kept history: the PIN is asked for again. What an officer opened is forgotten when the window closes, when another page opens,
  and after half an hour.
- More about the details opens without the PIN while the window stays as the PIN opened it: not after another page asked for it.
"""

import json
import os
import select
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from offmon.agent import pin
from offmon.agent.history_desk import HistoryDesk
from offmon.agent.history_opening import Opening, OpeningOutcome
from offmon.agent.home import AgentHome
from offmon.agent.kept_history import OpenedHistory
from offmon.agent.pin import DetailsDoor, PinOutcome
from offmon.agent.portal_code import Asking
from offmon.agent.presence import child, details, history_pages
from offmon.agent.presence.child import pipe
from offmon.agent.presence.details import DetailsPage, Section
from offmon.agent.presence.visibility import Rect, WindowFacts
from offmon.agent.presence.words import IndicatorLanguage
from offmon.core.errors import OffmonError
from offmon.core.formats.kept_history import READ_MS
from offmon.core.ids import Ms

_MARGIN: Final = 40  # a window manager's title bar and borders, and some air
_WIDEST: Final = 760
_TALLEST: Final = 900
_MOST: Final = 16 << 10
_STOP_WITHIN_S: Final = 1.0
_MORE: Final = {f"more-{section}": section for section in Section}


def place_beside(indicator: WindowFacts) -> Rect:
    """Where the window opens: in the largest part of the primary monitor that the indicator leaves free, and no larger than reads well."""
    screen, taken = indicator.monitors[0], indicator.frame.overlap(indicator.monitors[0])
    right, bottom = screen.x + screen.width, screen.y + screen.height
    free = max(
        (
            Rect(screen.x, screen.y, screen.width, taken.y - screen.y),
            Rect(screen.x, taken.y + taken.height, screen.width, bottom - taken.y - taken.height),
            Rect(screen.x, screen.y, taken.x - screen.x, screen.height),
            Rect(taken.x + taken.width, screen.y, right - taken.x - taken.width, screen.height),
        ),
        key=lambda one: min(one.width, _WIDEST) * min(one.height, _TALLEST),
    )
    inner = Rect(free.x + _MARGIN, free.y + _MARGIN, free.width - 2 * _MARGIN, free.height - 2 * _MARGIN)
    return Rect(inner.x, inner.y, max(min(inner.width, _WIDEST), 1), max(min(inner.height, _TALLEST), 1))


class PagesWindow:
    """The window, open or not. Use it from one thread; a window that hangs costs a second, then it is taken away."""

    def __init__(
        self,
        home: AgentHome,
        language: IndicatorLanguage,
        at: Callable[[], Ms],
        page: Callable[[Section], DetailsPage],
        ask: Callable[[], Asking],
        *,
        stop: Callable[[str], DetailsPage],
        history: HistoryDesk | None = None,
    ) -> None:
        """`at` gives the corrected time. `page` makes the details, `ask` gets a code and `stop` withdraws: none is called before the PIN
        was right. `history` asks for and reads the kept history, likewise.
        """
        self._home = home
        self._language = language
        self._at = at
        self._page = page
        self._ask = ask
        self._stop = stop
        self._asking: Asking | None = None
        self._history = history
        self._opening: Opening | None = None
        self._opened: OpenedHistory | None = None
        self._forgets_at = 0.0
        self._unlocked = False
        self._child: subprocess.Popen[bytes] | None = None
        self._unread = b""

    @property
    def open(self) -> bool:
        """Whether the window is there."""
        return self._child is not None

    @property
    def pid(self) -> int | None:
        """The process of the window."""
        return None if self._child is None else self._child.pid

    def show(self, beside: WindowFacts | None) -> None:
        """Open it, or bring it to the front. It begins with what anybody may read."""
        self.attend()  # one that was closed meanwhile is noticed now
        if self._child is not None:
            self._tell({})
            return
        self._unread = b""
        self._child = child.start("offmon.agent.presence.pages_window")
        first: dict[str, Any] = {"tools": details.tools(self._language)}
        if beside is not None and beside.monitors:
            where = place_beside(beside)
            first["frame"] = (where.x, where.y, where.width, where.height)
        self._tell(first | {"page": as_told(details.first_page(self._language))})

    def attend(self) -> None:
        """Answer what was pressed since the last call, show a code that has come, or notice that the window is gone."""
        if self._child is not None and self._asking is not None and self._asking.outcome is not None:
            self._tell({"page": as_told(details.code_page(self._language, self._asking.way_in, self._asking.outcome))})
            self._asking = None
        if self._child is not None and (page := self._of_history()) is not None:
            self._tell({"page": as_told(page)})
        if self._child is None or not select.select([pipe(self._child.stdout)], [], [], 0)[0]:
            return
        received = os.read(pipe(self._child.stdout).fileno(), 4096)
        *lines, self._unread = (self._unread + received).split(b"\n")
        if not received or len(self._unread) > _MOST:
            self.close()
            return
        for line in lines:
            said = _said(line)
            if said is None:
                self.close()
                return
            self._tell({"page": as_told(self.answer(*said))})

    def close(self) -> None:
        """Take the window away; harmless when there is none."""
        self._asking, self._unlocked = None, False
        self._forget_history()
        if self._child is None:
            return
        child.end(self._child, _STOP_WITHIN_S)
        self._child = None

    def answer(self, press: str, given: Mapping[str, str]) -> DetailsPage:
        """The page that follows what was pressed and typed."""
        try:
            return self._next(press, given)
        except OffmonError:
            return details.refusal(self._language, DetailsDoor.PIN, "fault")

    def _next(self, press: str, given: Mapping[str, str]) -> DetailsPage:
        at = self._at()
        self._asking = None  # whoever goes on does not wait for it
        if self._opened is not None and (number := history_pages.turned_to(press)) is not None:
            return history_pages.shown_page(self._language, self._opened, number)
        self._forget_history()
        if self._unlocked and (section := _MORE.get(press)) is not None:
            return self._page(section)
        if self._unlocked and press.startswith("stop-"):
            return self._stop(press)
        if press == "way-in":
            return details.way_in_page(self._language, None, pin.waits(self._home, at))
        if press == "history":
            return history_pages.ask_page(self._language, None, pin.waits(self._home, at))
        if press == "open-history":
            return self._ask_history(given.get("pin", ""), at)
        if press == "code":
            return self._get_code(given.get("pin", ""), at)
        self._unlocked = False
        if press in {"mine", "lost"}:
            door = pin.door(self._home)
            asked = DetailsDoor.PAPER if press == "lost" and door is DetailsDoor.PIN else door
            return details.pin_page(self._language, asked, None, pin.waits(self._home, at))
        typed, again = given.get("pin", ""), given.get("again", "")
        if press == "choose" and typed != again:
            return details.refusal(self._language, DetailsDoor.PAPER, "differs")
        if press == "choose":
            door, outcome = DetailsDoor.PAPER, pin.choose(self._home, given.get("code", ""), typed, at)
        else:
            door, outcome = DetailsDoor.PIN, pin.enter(self._home, typed, at)
        if outcome is PinOutcome.OPEN:
            self._unlocked = True
            return self._page(Section.FIRST)
        return details.pin_page(self._language, door, outcome, pin.waits(self._home, at))

    def _get_code(self, typed: str, at: Ms) -> DetailsPage:
        outcome = pin.enter(self._home, typed, at)
        if outcome is not PinOutcome.OPEN:
            return details.way_in_page(self._language, outcome, pin.waits(self._home, at))
        self._asking = self._ask()
        return details.asking_page(self._language)

    def _ask_history(self, typed: str, at: Ms) -> DetailsPage:
        outcome = pin.enter(self._home, typed, at)
        if outcome is not PinOutcome.OPEN:
            return history_pages.ask_page(self._language, outcome, pin.waits(self._home, at))
        self._opening = None if self._history is None else self._history.ask()
        if self._opening is None:
            return history_pages.nothing_page(self._language)
        return history_pages.asking_page(self._language, self._opening.number)

    def _of_history(self) -> DetailsPage | None:
        """The page that follows now that an answer came or the time is over; None where nothing changed."""
        if self._opened is not None and time.monotonic() >= self._forgets_at:
            self._forget_history()
            return details.first_page(self._language)
        opening = self._opening
        if opening is None or self._history is None or (became := opening.outcome) is None:
            return None
        self._opening = None
        try:
            if became is OpeningOutcome.OPENED:
                self._opened, self._forgets_at = self._history.read(opening), time.monotonic() + READ_MS / 1000
                return history_pages.shown_page(self._language, self._opened, 0)
        except OffmonError:
            became = OpeningOutcome.NOT_OPENED
        finally:
            opening.forget()
        return history_pages.not_opened_page(self._language, became)

    def _forget_history(self) -> None:
        if self._opening is not None:
            self._opening.forget()
        self._opening = self._opened = None

    def _tell(self, what: dict[str, Any]) -> None:
        """One line; a window that is gone, or so long deaf that the pipe is full, is given up."""
        line = f"{json.dumps(what)}\n".encode("ascii")
        told = self._child
        try:
            while told is not None and line:
                if not select.select([], [pipe(told.stdin)], [], _STOP_WITHIN_S)[1]:
                    raise TimeoutError
                line = line[os.write(pipe(told.stdin).fileno(), line) :]
        except OSError:
            self.close()


def as_told(page: DetailsPage) -> dict[str, Any]:
    """A page as the window reads it: only lists and texts, in the order of the fields."""
    told = asdict(page)
    return told | {name: [list(one.values()) for one in told[name]] for name in ("blocks", "fields", "buttons")}


def _said(line: bytes) -> tuple[str, dict[str, str]] | None:
    """What was pressed and typed; None for anything else."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    match said:
        case {"press": str(press), "given": dict(given)} if all(isinstance(one, str) for one in given.values()):
            return press, given
        case _:
            return None
