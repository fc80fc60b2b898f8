"""The browser's side of the shim: messages with their length before them, as `extension/src/talk.js` sends them.

Rules, which are the extension's
- Hello first, with `since` if nobody was there before. Nothing is asked before its answer. A page opened and left before that is not
  reported.
- An answered page is not reported again. An unanswered one that is still open at the next hello's answer is reported then, with that time.
  The next page takes its place.
- Every two seconds, whatever it waits for, it says when an unanswered page was last seen; and again once it is answered.
- It has a window on the person's display, since the agent reads nothing from a browser without one.
- One page at a time. If the shim ends, it is started again after 1 s, then 2, 4, 8 and every 15 s.
"""

import json
import os
import select
import struct
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

# python-xlib ships no types.
from Xlib import X, display  # type: ignore[import-untyped]

from offmon.agent.clock import now
from tests.e2e.kill.truth import Page, Plan, Victim
from trial.person import TrialPerson
from trial.supervise import becoming

ANSWER_S = 60.0
TURN_S = 120.0
FIRST_RETRY_S, LAST_RETRY_S = 1.0, 15.0
BEAT_S, SHORT_S = 2.0, 0.1
LENGTH = struct.Struct("=I")


class ShimEnded(Exception):
    """The shim has ended, and with it what was asked of it."""


class Shim:
    """A running shim, as the person."""

    def __init__(self, person: TrialPerson) -> None:
        command = [str(person.code.python), "-P", "-m", "offmon.agent.native_host", str(person.agent), "extension"]
        told = {"PATH": os.defpath, "HOME": str(person.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        self._process = subprocess.Popen(
            [*becoming(person.account), *command],
            cwd="/",
            env=told | person.code.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._next_beat: float | None = None
        self._said_waits = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def hello(self, since: int | None) -> None:
        """Say hello; from its answer on, the browser beats. Raises ShimEnded."""
        self._say({"hello": 1, "since": since})
        self._answer(None)
        self._beat(None)

    def page(self, url: str, at: int) -> bool:
        """Tell of a page; whether it is to be read. Raises ShimEnded."""
        self._say({"url": url, "origin": "link", "within": [], "at": at})
        read = self._answer(at)
        if self._said_waits:
            self._beat(None)
        return read

    def beat(self) -> None:
        """Say that the browser is still there, if it is time. A shim that has ended shows when a page is told of."""
        with suppress(ShimEnded):
            self._beat_in_time(None)

    def end(self) -> None:
        """Close the browser's side, and wait until it is gone."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(ANSWER_S)

    def _say(self, message: Mapping[str, object]) -> None:
        data = json.dumps(message).encode()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(LENGTH.pack(len(data)) + data)
        except OSError:
            raise ShimEnded from None

    def _answer(self, waits: int | None) -> bool:
        (length,) = LENGTH.unpack(self._take(LENGTH.size, waits))
        return bool(json.loads(self._take(length, waits))["read"])

    def _beat(self, waits: int | None) -> None:
        self._say({"waits": waits})
        self._said_waits, self._next_beat = waits is not None, time.monotonic() + BEAT_S

    def _beat_in_time(self, waits: int | None) -> None:
        if self._next_beat is not None and time.monotonic() >= self._next_beat:
            self._beat(waits)

    def _take(self, size: int, waits: int | None) -> bytes:
        assert self._process.stdout is not None
        taken, until = b"", time.monotonic() + ANSWER_S
        while len(taken) < size:
            self._beat_in_time(waits)
            ready, _, _ = select.select([self._process.stdout], [], [], SHORT_S)
            assert ready or time.monotonic() < until, "the agent took a page and never answered"
            if not ready:
                continue
            piece = self._process.stdout.read(size - len(taken))
            if not piece:
                raise ShimEnded
            taken += piece
        return taken


@dataclass(frozen=True)
class Visit:
    """A page that was open, and when: from when it was seen until the answer. `answered` False: forgotten, or never told of.

    `told`: how often the agent was told of it; more than once only where it did not answer.
    """

    page: Page
    since: int
    until: int
    answered: bool
    told: int = 1


@dataclass
class Point:
    """Where a kill is to be: the browser waits there until the one before is over, then says that it is there."""

    victim: Victim
    free: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)


class Browser(threading.Thread):
    """A person who goes from page to page, whatever happens around."""

    def __init__(self, person: TrialPerson, plan: Plan) -> None:
        super().__init__(name="browser", daemon=True)
        self._person = person
        self._plan = plan
        self.points = {kill.at: Point(kill.victim) for kill in plan.kills}
        self.visits: list[Visit] = []
        self.shim: Shim | None = None
        self.without_shim: list[tuple[int, int]] = []
        self.told_to_read = 0
        self._without_since = 0
        self._since: int | None = None  # since when there is nobody to tell
        self._retry_s, self._next_try = FIRST_RETRY_S, 0.0

    def run(self) -> None:
        self._without_since = now()
        screen = display.Display(self._person.display)
        window = screen.screen().root.create_window(0, 0, 200, 100, 0, X.CopyFromParent)
        window.map()
        screen.sync()
        for page, pause_s in zip(self._plan.pages, self._plan.pauses_s, strict=True):
            point = self.points.get(page.number)
            if point is not None:
                self._wait_at(point)
            if self.shim is None and time.monotonic() >= self._next_try:
                self._connect()
            since = now()
            self.visits.append(self._tell(Visit(page, since, since, answered=False, told=0)))
            time.sleep(pause_s)
        if self.shim is not None:
            self.shim.end()
        else:
            self.without_shim.append((self._without_since, now()))
        screen.close()

    def _wait_at(self, point: Point) -> None:
        until = time.monotonic() + TURN_S
        while not point.free.wait(SHORT_S):
            assert time.monotonic() < until, "the kill before this one is not over"
            if self.shim is not None:
                self.shim.beat()
        while point.victim is Victim.SHIM and self.shim is None:
            time.sleep(max(0.0, self._next_try - time.monotonic()))
            self._connect()
        point.reached.set()

    def _tell(self, visit: Visit) -> Visit:
        """Tell of a page that is open now, if there is anybody to tell."""
        if self.shim is None:
            return visit
        at = now()
        try:
            self.shim.beat()
            read = self.shim.page(visit.page.url, at)
        except ShimEnded:
            self._forget(self.shim, at)
            return replace(visit, told=visit.told + 1)
        self.told_to_read += read
        return replace(visit, until=now(), answered=True, told=visit.told + 1)

    def _connect(self) -> None:
        shim = Shim(self._person)
        try:
            shim.hello(self._since)
        except ShimEnded:
            self._forget(shim, now())
            return
        self.shim, self._since, self._retry_s = shim, None, FIRST_RETRY_S
        self.without_shim.append((self._without_since, now()))
        if self.visits and not self.visits[-1].answered:
            self.visits[-1] = self._tell(self.visits[-1])

    def _forget(self, shim: Shim, untold: int) -> None:
        """A shim has ended; `untold`: when the page was told of that it did not answer."""
        if self.shim is not None:
            self._without_since, self._since = now(), untold
        shim.end()
        self.shim = None
        self._next_try = time.monotonic() + self._retry_s
        self._retry_s = min(2 * self._retry_s, LAST_RETRY_S)
