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
- The window stands open or folded into a strip (`folding`). Each form was reported at the start. Every answer names the form that stands,
  and a measure compares with the report of that form. If a hand opened it in between, it is looked at once more.
"""

import os
import select
import time
from collections.abc import Set
from dataclasses import replace

from offmon.agent.presence import browser_placement, child, folding, words
from offmon.agent.presence.child import pipe
from offmon.agent.presence.screen import Screen
from offmon.agent.presence.states import AgentState, Form
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
from offmon.agent.presence.words import CATALOGUE, IndicatorLanguage
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
        self._permission: object = None
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

    @property
    def form(self) -> Form:
        """How it stood when it last answered."""
        return self._form

    def filenos(self) -> tuple[int, ...]:
        """The descriptors that are readable when the window or the display server told something that a measure should not wait for."""
        return pipe(self._child.stdout).fileno(), self._screen.fileno()

    def was_told(self) -> bool:
        """Whether something that the display server told was read since the last measure, and not looked into."""
        return self._screen.was_told()

    def show(self, state: AgentState, permission: object = None) -> None:
        """Have the window say `state`: at once where it is another, and with each measure. One that is gone says it when restarted.

        It opens where state or permission (`folding.collects`) is another than before.
        """
        if (state, permission) != (self._state, self._permission):
            self.open()
            self._tell(f"show {state}")
        self._state, self._permission = state, permission

    def open(self) -> None:
        """Have the window stand open, for thirty seconds from now on."""
        self._opened_s = time.monotonic()
        self._tell("open")

    def fold(self) -> None:
        """Have it fold into the strip; a window under somebody's hand does so later."""
        self._tell("fold")

    def measure(self, now_ms: Ms) -> Visibility:
        """Whether it can be seen, as of `now_ms`; what is wrong is set right for the next measure where that can be done."""
        if self._form is Form.OPEN and folding.folds(self._opened_s, time.monotonic()):
            self.fold()
        reason = self._look_again()
        if reason is not None and self._was_turned():
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
        return self._look_anew(self._ping("ping"))

    def _look_again(self) -> NotVisibleReason | None:
        """As `_look`, by one question to the window and all that the last look asked of the server in one go, where its answers stand."""
        drawn, said = self._drawn[self._form], self._said()
        asked = None if self._seen is None else self._screen.ask_again(self._window_id, drawn, said)
        if asked is None:
            return self._look()
        answered = self._ping("here")
        if answered is None:
            return self._look_anew(None)
        stands = asked.stands(ANSWER_WITHIN_S) and drawn is self._drawn[self._form]
        return None if stands else self._look()

    def _look_anew(self, answered: float | None) -> NotVisibleReason | None:
        # A hung display would hang us too, so it is asked only when the window has just had its own answer from it.
        self._seen = (
            self._screen.look(self._window_id, self._drawn[self._form], self._said()) if answered is not None else None
        )
        return why_not_visible(Facts(not self._is_gone(), answered, self._seen))

    def _was_turned(self) -> bool:
        """Whether it took its other form while it was looked at."""
        looked_at = self._form
        return self._seen is not None and self._ping("ping") is not None and self._form is not looked_at

    def _said(self) -> tuple[Said, ...]:
        says = CATALOGUE[self._language]
        if self._form is Form.STRIP:
            return (Said.of(says.strip[self._state]),)
        return Said.of(says.states[self._state]), Said.of(says.monitored)

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
        self._tell(f"show {self._state}")

    def stop(self) -> None:
        """Take the window away; what collects has stopped before. Harmless when already stopped."""
        self._screen.close()
        child.end(self._child, _STOP_WITHIN_S)

    def _open(self, screen: Screen) -> None:
        self._screen = screen
        self._sent = self._answered = self._window_id = 0
        self._drawn = {form: Drawn(form=form) for form in Form}
        self._form, self._opened_s = Form.OPEN, time.monotonic()
        self._unread = b""
        self._hung_up = False
        self._child = child.start("offmon.agent.presence.indicator_window")
        self._tell(words.told(CATALOGUE[self._language]))
        self._await_ready()
        self._screen.watch(self._window_id)

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _READY_WITHIN_S
        while not self._window_id:
            left = deadline - time.monotonic()
            if left <= 0 or not self._listen(left):
                self.stop()
                raise IndicatorFailed

    def _ping(self, verb: str) -> float | None:
        """Seconds until the loop answered; None if it did not in time. `here`: it need not ask the display server first."""
        began = time.monotonic()
        self._sent += 1
        # With the state, so that a word which a frozen window missed is said again.
        if not self._tell(f"{verb} {self._sent} {self._state}"):
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
        self._screen.set_right(self._window_id, self._drawn[self._form])
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

    def _hear(self, verb: str, *said: str) -> None:
        match verb, said:
            case "part", [form, *numbers]:
                window, within, *frame = map(int, numbers)
                self._draw(Form(form), WindowPart(window, within or None, Rect(*frame)))
            case "words", [form, *windows]:
                drawn = self._drawn[Form(form)]
                self._drawn[drawn.form] = replace(drawn, words=tuple(map(int, windows)))
            case "ready", [window]:
                self._window_id = int(window)
            case "pong", [number, form]:
                self._answered, self._form = int(number), Form(form)
            case "touched", []:
                self._opened_s = time.monotonic()
            case "details", []:
                self._details_asked += 1

    def _draw(self, form: Form, part: WindowPart) -> None:
        drawn = self._drawn[form]
        self._drawn[form] = replace(drawn, parts=(*drawn.parts, part))
