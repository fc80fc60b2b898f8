"""The indicator, as the agent holds it: start, show, measure, stop. There is no other kind, and the agent cannot run without it.

Rules (R-LEG-31, R-RGT-3)
- The window lives in a child process, not a thread. Tk ends its process when the display is lost, and a stopped, killed or hung loop must
  be seen from outside. A thread that shares our interpreter lock could not show that.
- `measure` reports what it found, then repairs what it can (map, bring back, raise, uncover, put together). Only the next measure may call
  the window visible. It never fights between measures, so it does not flicker through a lock screen. If words are missing it looks again a
  few times, because they may not be drawn yet.
- The window reports once what it drew, before anybody else can know of it. Each measure compares with that report. The agent itself knows
  the words, and compares what is seen of them.
- The window gets nothing of the account's: no variable, no settings file (`child`).
- A window that is gone or does not answer is replaced, not repaired: `restart`.
- Clicks on Details are counted here; the agent opens the page.
"""

import os
import select
import time
from collections.abc import Set

from offmon.agent.presence import browser_placement, child
from offmon.agent.presence.child import pipe
from offmon.agent.presence.screen import Screen
from offmon.agent.presence.visibility import (
    ANSWER_WITHIN_S,
    Facts,
    NotVisible,
    NotVisibleReason,
    Rect,
    Said,
    Visibility,
    Visible,
    WindowFacts,
    why_not_visible,
)
from offmon.agent.presence.window_contents import Drawn, WindowPart
from offmon.agent.presence.words import CATALOGUE, AgentState, IndicatorLanguage
from offmon.core.errors import Refused
from offmon.core.ids import Ms

_READY_WITHIN_S = 15.0
_STOP_WITHIN_S = 2.0
_LOOK_AGAIN_S = (0.02, 0.05, 0.1)


class IndicatorFailed(Refused):
    """The window did not come up, so the agent refuses to run."""

    def __init__(self) -> None:
        super().__init__(
            "indicator-failed",
            "The indicator did not start, so nothing can be collected. Check that Tk is installed "
            "(Debian: apt-get install python3-tk).",
        )


class Indicator:
    """A running indicator. Use it from one thread; `measure` takes about a millisecond, at worst the two seconds of an answer."""

    def __init__(self, language: IndicatorLanguage) -> None:
        self._language = language
        self._state = AgentState.STARTING
        self._details_asked = 0
        self._seen: WindowFacts | None = None
        self._open(Screen())

    @classmethod
    def start(cls, language: IndicatorLanguage) -> "Indicator":
        """Show the indicator. Raises `NoDisplay`, `NotMeasurable` or `IndicatorFailed`; the agent then collects nothing."""
        return cls(language)

    @property
    def pid(self) -> int:
        """The process of the window."""
        return self._child.pid

    @property
    def seen(self) -> WindowFacts | None:
        """What the last measure found of the window, if it found one."""
        return self._seen

    def show(self, state: AgentState) -> None:
        """Have the window say `state`; a window that is gone will say it when restarted."""
        self._state = state
        self._tell(f"show {state}")

    def measure(self, now_ms: Ms) -> Visibility:
        """Whether it can be seen, as of `now_ms`; what is wrong is set right for the next measure where that can be done."""
        reason = self._look()
        for wait_s in _LOOK_AGAIN_S:
            if reason is not NotVisibleReason.PAINTED_OVER:
                break
            time.sleep(wait_s)
            reason = self._look()
        if reason is None:
            return Visible(now_ms)
        if self._seen is not None:
            self._set_right(reason, self._seen)
        return NotVisible(now_ms, reason)

    def _look(self) -> NotVisibleReason | None:
        answered = self._ping()
        # A hung display would hang us too, so it is asked only when the window has just had its own answer from it.
        self._seen = self._screen.look(self._window_id, self._drawn, self._said()) if answered is not None else None
        return why_not_visible(Facts(not self._is_gone(), answered, self._seen))

    def _said(self) -> tuple[Said, ...]:
        words = CATALOGUE[self._language]
        return Said.of(words.states[self._state]), Said.of(words.monitored)

    def beside(self, processes: Set[int]) -> frozenset[int]:
        """Those of these processes that have a window on the display on which the indicator is measured."""
        return browser_placement.owners(self._screen.windows_of(processes))

    def details_asked(self) -> bool:
        """Whether Details was selected since the last call."""
        self._listen(0)
        asked, self._details_asked = self._details_asked, 0
        return asked > 0

    def restart(self) -> None:
        """Replace the window by a new one that says the same. Raises as `start` does."""
        # Connected before the old one leaves: a server may reset itself when its last client goes.
        screen = Screen()
        self.stop()
        self._open(screen)
        self.show(self._state)

    def stop(self) -> None:
        """Take the window away; what collects has stopped before. Harmless when already stopped."""
        self._screen.close()
        child.end(self._child, _STOP_WITHIN_S)

    def _open(self, screen: Screen) -> None:
        self._screen = screen
        self._sent = self._answered = self._window_id = 0
        self._drawn = Drawn()
        self._unread = b""
        self._hung_up = False
        self._child = child.start("offmon.agent.presence.indicator_window", self._language)
        self._await_ready()
        self._screen.watch(self._window_id)

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _READY_WITHIN_S
        while not self._window_id:
            left = deadline - time.monotonic()
            if left <= 0 or not self._listen(left):
                self.stop()
                raise IndicatorFailed

    def _ping(self) -> float | None:
        """Seconds until the loop answered; None if it did not in time."""
        began = time.monotonic()
        self._sent += 1
        # With the state, so that a word which a frozen window missed is said again.
        if not self._tell(f"ping {self._sent} {self._state}"):
            return None
        while self._answered < self._sent:
            left = began + ANSWER_WITHIN_S - time.monotonic()
            if left <= 0 or not self._listen(left):
                return None
        return time.monotonic() - began

    def _is_gone(self) -> bool:
        """The process has ended, or is about to: its side of the pipe is closed."""
        return self._hung_up or self._child.poll() is not None

    def _set_right(self, reason: NotVisibleReason, window: WindowFacts) -> None:
        self._screen.set_right(self._window_id, self._drawn)
        if reason in {NotVisibleReason.OFF_SCREEN, NotVisibleReason.TOO_SMALL} and window.monitors:
            home = window.monitors[0]
            self._tell(f"home {home.x} {home.y} {home.width} {home.height}")
        self._tell("lift")

    def _tell(self, line: str) -> bool:
        """Write one line; False if the window is gone, or so long deaf that the pipe is full."""
        try:
            return pipe(self._child.stdin).write(f"{line}\n".encode("ascii")) is not None
        except (OSError, ValueError):
            return False

    def _listen(self, seconds: float) -> bool:
        """Take in what the window says within the time; False if it said nothing or is gone."""
        try:
            ready = select.select([pipe(self._child.stdout)], [], [], seconds)[0]
            received = os.read(pipe(self._child.stdout).fileno(), 4096) if ready else b""
            self._hung_up = bool(ready) and not received
        except (OSError, ValueError):
            return False
        *lines, self._unread = (self._unread + received).split(b"\n")
        for line in lines:
            self._hear(*line.decode("ascii").split())
        return bool(received)

    def _hear(self, verb: str, *numbers: str) -> None:
        match verb, [int(number) for number in numbers]:
            case "part", [window, within, x, y, width, height]:
                part = WindowPart(window, within or None, Rect(x, y, width, height))
                self._drawn = Drawn((*self._drawn.parts, part), self._drawn.words)
            case "words", words:
                self._drawn = Drawn(self._drawn.parts, tuple(words))
            case "ready", [window]:
                self._window_id = window
            case "pong", [number]:
                self._answered = number
            case "details", []:
                self._details_asked += 1
