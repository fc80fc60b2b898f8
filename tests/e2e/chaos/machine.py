"""One machine: the product's own agent in this process, under a clock that the run sets, on a disk that can be full.

Only the window, the line and the clock are not its own: the window is always seen. A kill comes between two writes, or beside a request.
"""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from offmon.agent.app import Agent, Stop
from offmon.agent.home import AgentHome
from offmon.agent.outbox import Outbox
from offmon.agent.presence.visibility import Visible
from offmon.agent.sources.page_socket import PageFact
from offmon.core.authority.capability import Source
from offmon.core.errors import OffmonError, Refused
from offmon.core.formats.event import HEARTBEAT_MS, Origin
from offmon.core.ids import Ms
from tests.e2e.chaos.agency import SERVER, Ingest, Line, Time

HEARTBEAT_S, GAPS_S, TICK_MS = HEARTBEAT_MS // 1000, 120, 4_500
_LEFT: list[int] = []  # the lock of an agent that is being made: it is free again where that fails


class Killed(BaseException):
    """kill -9, at this very point."""


@dataclass
class Faults:
    """`left`: how many writes and requests until it is killed. `full`: whether the disk takes anything."""

    left: int | None = None
    full: bool = False

    def point(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                self.left = None
                raise Killed


class Window:
    """An indicator that anybody sees."""

    seen = None

    @classmethod
    def start(cls, _spoken: object) -> "Window":
        return cls()

    def measure(self, raw: Ms) -> Visible:
        return Visible(raw)

    def beside(self, _processes: object) -> frozenset[int]:
        return frozenset()

    def details_asked(self) -> bool:
        return False

    def show(self, _state: object, _permission: object) -> None: ...

    def open(self) -> None: ...

    def stop(self) -> None: ...


@dataclass
class Machine:
    """A folder of an agent, and the agent that runs in it, if one does."""

    folder: Path
    ingest: Ingest
    faults: Faults
    dice: random.Random
    agent: Any = None
    said: list[str] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        return self.agent is not None

    def has_told(self) -> bool:
        """Whether nothing waits in it."""
        return self.agent is not None and not self.agent._outbox.pending and not self.agent._outbox.kept

    def start(self) -> None:
        """As `offmon.agent run` does. An agent that refuses to run is off; so is one that is killed on its way."""
        try:
            self.agent = Agent(AgentHome(self.folder), SERVER, HEARTBEAT_S, GAPS_S, Stop())
        except OffmonError as error:
            self.said.append(error.code)
            self._let_go()
        except Killed:
            self._let_go()
        else:
            _LEFT.clear()
            if self.dice.random() < 0.5:  # the thread that sends may come before the first tick
                self.send()

    def tick(self) -> None:
        self._guarded(lambda agent: agent._tick())
        self.send()

    def send(self) -> None:
        self._guarded(lambda agent: agent._delivery.step())

    def page(self, url: str) -> None:
        """The person's browser tells of a page."""
        fact = PageFact(url, Origin.LINK, None)
        self._guarded(lambda agent: agent._sources.running[Source.BROWSER].asked().page(fact))

    def stop(self) -> None:
        """SIGTERM: it has its last words."""

        def words() -> bool:
            self.ingest.time.now = Ms(self.ingest.time.now + 50)
            self.agent._delivery.step()
            return True

        self._guarded(lambda agent: agent._end(SimpleNamespace(is_alive=words, join=lambda _s: None)))
        if self.agent is not None:
            os.close(self.agent._hold)
            self.agent = None

    def kill(self) -> None:
        """What is on the disk stays as it is, the write-ahead file too."""
        if self.agent is None:
            return
        before = self.folder.with_name(f"{self.folder.name}.killed")
        shutil.copytree(self.folder, before, ignore=shutil.ignore_patterns("pages.sock", "lock"))
        agent, self.agent = self.agent, None
        agent._outbox._db.close()
        agent._sources.close()
        os.close(agent._hold)
        shutil.rmtree(self.folder)
        before.rename(self.folder)

    def fill(self, full: bool) -> None:
        """The disk is full, or has room again."""
        self.faults.full = full
        if self.agent is not None:
            self._guarded(lambda agent: _limit(agent._outbox, full))

    def _guarded(self, act: Callable[[Any], object]) -> None:
        if self.agent is None:
            return
        try:
            act(self.agent)
        except Killed:
            self.kill()
        except OffmonError as error:  # its main ends with that
            self.said.append(error.code)
            self.kill()

    def _let_go(self) -> None:
        self.agent = None
        for handle in _LEFT:
            with suppress(OSError):
                os.close(handle)
        _LEFT.clear()


def _limit(outbox: Outbox, full: bool) -> None:
    pages = outbox._db.execute("PRAGMA page_count").fetchone()[0] if full else 1 << 30
    outbox._db.execute(f"PRAGMA max_page_count = {pages}")


@contextmanager
def under(time: Time, ingest: Ingest, faults: Faults, dice: random.Random) -> Iterator[None]:
    """What the agent meets instead of the machine's own clock, line, disk and display."""
    transaction, lock, keep = Outbox._transaction, AgentHome.lock, Outbox._open

    def faulty(write: Callable[[AgentHome, str, bytes], None]) -> Callable[[AgentHome, str, bytes], None]:
        def written(self: AgentHome, name: str, data: bytes) -> None:
            faults.point()
            if faults.full:
                raise Refused("disk-full", "It is full.")
            write(self, name, data)
            faults.point()

        return written

    @contextmanager
    def committed(self: Outbox) -> Iterator[None]:
        faults.point()
        with transaction(self):
            yield
        faults.point()

    def locked(self: AgentHome) -> int:
        handle = lock(self)
        _LEFT[:] = [handle]
        return handle

    def opened(self: Outbox, expected: Any) -> None:
        keep(self, expected)
        _limit(self, faults.full)

    def sent(self: Line, *asked: Any, **held: Any) -> Any:
        faults.point()
        came = Line.send(self, *asked, **held)
        faults.point()
        return came

    line = type("FaultyLine", (Line,), {"send": sent})
    waits = SimpleNamespace(monotonic=lambda: time.now / 1000, sleep=lambda _s: None)
    drawn = SimpleNamespace(randbelow=dice.randrange, token_hex=lambda n: dice.randbytes(n).hex())
    with ExitStack() as stack:
        for name, instead in (
            ("offmon.agent.home.check_account", lambda _uid: None),
            ("offmon.agent.home.os.fsync", lambda _handle: None),
            ("offmon.agent.clock.now", lambda: time.raw),
            ("offmon.agent.clock.since_boot_s", lambda: time.now / 1000),
            ("offmon.agent.app.time", waits),
            ("offmon.agent.delivery._ticks", lambda: time.now),
            ("offmon.agent.transport.secrets", drawn),
            ("offmon.agent.app.Indicator", Window),
            ("offmon.agent.app.Client", lambda _server, key: line(ingest, key)),
        ):
            stack.enter_context(patch(name, instead))
        for cls, name, with_fault in (
            (AgentHome, "write", faulty(AgentHome.write)),
            (AgentHome, "overwrite", faulty(AgentHome.overwrite)),
            (AgentHome, "lock", locked),
            (Outbox, "_transaction", committed),
            (Outbox, "_open", opened),
        ):
            stack.enter_context(patch.object(cls, name, with_fault))
        yield
