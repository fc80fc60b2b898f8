"""The browser's side of the shim: messages with their length before them, as `extension/src/talk.js` says them.

Rules, which are the extension's
- Hello first; nothing is asked before its answer. While there is none, what is open is forgotten and not told of later.
- It has a window on the person's display, as a browser has: of one without, the agent reads nothing.
- One page at a time. Where the shim ends, the page that was asked about is forgotten too, and the shim is started again after 1 s, then
  2, 4, 8 and every 15 s.
"""

import json
import os
import select
import struct
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

# python-xlib ships no types.
from Xlib import X, display  # type: ignore[import-untyped]

from offmon.agent.clock import now
from offmon.server.processes.trial.person import Person
from offmon.server.processes.trial.supervise import becoming
from tests.e2e.kill.truth import Page, Plan, Victim

ANSWER_S = 60.0
TURN_S = 120.0
FIRST_RETRY_S, LAST_RETRY_S = 1.0, 15.0
LENGTH = struct.Struct("=I")


class ShimEnded(Exception):
    """The shim has ended, and with it what was asked of it."""


class Shim:
    """A running shim, as the person."""

    def __init__(self, person: Person) -> None:
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

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, message: Mapping[str, object]) -> bool:
        """Say something; whether the page is to be read. Raises ShimEnded."""
        data = json.dumps(message).encode()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(LENGTH.pack(len(data)) + data)
        except OSError:
            raise ShimEnded from None
        (length,) = LENGTH.unpack(self._take(LENGTH.size))
        return bool(json.loads(self._take(length))["read"])

    def end(self) -> None:
        """Close the browser's side, and wait until it is gone."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(ANSWER_S)

    def _take(self, size: int) -> bytes:
        assert self._process.stdout is not None
        taken = b""
        while len(taken) < size:
            ready, _, _ = select.select([self._process.stdout], [], [], ANSWER_S)
            assert ready, "the agent took a page and never answered"
            piece = self._process.stdout.read(size - len(taken))
            if not piece:
                raise ShimEnded
            taken += piece
        return taken


@dataclass(frozen=True)
class Visit:
    """A page that was open, and when: from being told of until the answer. `answered` False: forgotten, or never told of."""

    page: Page
    since: int
    until: int
    answered: bool


@dataclass
class Point:
    """Where a kill is to be: the browser waits there until the one before is over, then says that it is there."""

    victim: Victim
    free: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)


class Browser(threading.Thread):
    """A person who goes from page to page, whatever happens around."""

    def __init__(self, person: Person, plan: Plan) -> None:
        super().__init__(name="browser", daemon=True)
        self._person = person
        self._plan = plan
        self.points = {kill.at: Point(kill.victim) for kill in plan.kills}
        self.visits: list[Visit] = []
        self.shim: Shim | None = None
        self.without_shim: list[tuple[int, int]] = []
        self.told_to_read = 0
        self._without_since = 0
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
            self.visits.append(self._visit(page))
            time.sleep(pause_s)
        if self.shim is not None:
            self.shim.end()
        else:
            self.without_shim.append((self._without_since, now()))
        screen.close()

    def _wait_at(self, point: Point) -> None:
        assert point.free.wait(TURN_S), "the kill before this one is not over"
        while point.victim is Victim.SHIM and self.shim is None:
            time.sleep(max(0.0, self._next_try - time.monotonic()))
            self._connect()
        point.reached.set()

    def _visit(self, page: Page) -> Visit:
        since = now()
        if self.shim is not None:
            try:
                read = self.shim.ask({"url": page.url, "origin": "link", "within": []})
            except ShimEnded:
                self._forget(self.shim)
            else:
                self.told_to_read += read
                return Visit(page, since, now(), answered=True)
        return Visit(page, since, since, answered=False)

    def _connect(self) -> None:
        shim = Shim(self._person)
        try:
            shim.ask({"hello": 1})
        except ShimEnded:
            self._forget(shim)
        else:
            self.shim, self._retry_s = shim, FIRST_RETRY_S
            self.without_shim.append((self._without_since, now()))

    def _forget(self, shim: Shim) -> None:
        if self.shim is not None:
            self._without_since = now()
        shim.end()
        self.shim = None
        self._next_try = time.monotonic() + self._retry_s
        self._retry_s = min(2 * self._retry_s, LAST_RETRY_S)
