"""Whether each running browser is heard, and is where the indicator is (GapReason SOURCE_DOWN).

Rules
- A browser is the process that started the shim which says hello. The kernel names both. Its number and start time identify it.
- It is heard while one of its connections is open. One that stops talking and runs on is silent until it talks again or ends. A browser
  that ends may be silent for the moment that this takes.
- Messages just before a connection's end may have been lost in the shim. So the browser is silent from a moment before that end, and from
  the oldest page that it said it had not reported. If it ends with such a page, that time is a gap. Its own word only lengthens a silence.
- A browser says every other second that it is there. Without that it is silent since its last word, though connected. Ticks of the agent
  measure this, each for a few seconds at most, so that a standstill of agent or machine does not count.
- Browsers known from the agent's last run that run on are silent from its start until they talk again.
- A browser first heard well after its start was not heard before. A browser's first moment is no gap: it asks about every page open at its
  first hello. Pages opened and closed before that are not seen (`THREATS.md`).
- A browser without a window beside the indicator (`browser_placement`) waits: its hello gets no answer, so it reports nothing and is not
  heard. At its start the window may come a moment after the hello; the pages open by then are asked about.
- A heard browser whose window is not found for as long as a measure holds is no longer read. It is silent since the window was last found.
- A browser that never says hello is not known here: the managed policy keeps its extension in place (`deploy/browser`).
"""

import os
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offmon.agent.presence.browser_placement import may_read
from offmon.core.ids import Ms

BEGINS_MS: Final = 10_000
ENDS_MS: Final = 3_000
ON_THE_WAY_MS: Final = 3_000
QUIET_TICKS: Final = 8
MAX_KNOWN: Final = 32
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PROC: Final = Path("/proc")
# Fields of /proc/PID/stat, counted from the one after the name.
_STATE, _PARENT, _BEGAN = 0, 1, 19


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """A process that runs; `began` in clock ticks since the machine started. Its parent may end before it: it is the same process."""

    pid: int
    parent: int = field(compare=False)
    began: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A hello that is answered. `unheard_since`: since when its browser ran and was not heard; None: nothing was missed."""

    unheard_since: Ms | None


@dataclass(slots=True)
class _Word:
    """What a browser said last of itself. `waits`: when the oldest page was seen of which it had not told."""

    at: Ms
    waits: Ms | None
    ticks: int = 0

    @property
    def is_quiet(self) -> bool:
        return self.ticks >= QUIET_TICKS

    @property
    def since(self) -> Ms:
        """From here on it may have something that it did not tell of."""
        return self.at if self.waits is None else min(self.waits, self.at)


@dataclass(frozen=True, slots=True)
class _Silence:
    """A talk that ended, and from when on something of it may be missing. `known`: something is."""

    since: Ms
    end: Ms
    known: bool = False


type Look = Callable[[int], RunningProcess | None]
type Beside = Callable[[Set[int]], frozenset[int]]


def look(pid: int) -> RunningProcess | None:
    """A process of this machine; None where it has ended."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text("ascii", "replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[_STATE] in "ZX" else RunningProcess(pid, int(fields[_PARENT]), int(fields[_BEGAN]))


def uptime_ms() -> int:
    """How long this machine has run."""
    return int(float((_PROC / "uptime").read_text("ascii").split()[0]) * 1000)


class Browsers:
    """The browsers that have been heard and still run."""

    def __init__(
        self,
        known: Iterable[RunningProcess],
        raw: Ms,
        beside: Beside,
        look: Look = look,
        uptime_ms: Callable[[], int] = uptime_ms,
    ) -> None:
        """`known`: those of the agent's last run. `beside`: which of some processes have a window where the indicator is."""
        self._beside = beside
        self._look = look
        self._uptime_ms = uptime_ms
        self._waiting: dict[int, RunningProcess | None] = {}
        self._heard: dict[int, RunningProcess] = {}
        self._found: dict[int, Ms] = {}  # when a window of that process was last found
        self._words: dict[int, _Word] = {}
        self._silent = dict.fromkeys(known, _Silence(_before(raw), raw))
        self._left: list[tuple[Ms, Ms]] = []

    @property
    def known(self) -> tuple[RunningProcess, ...]:
        """Those that have been heard and may still run: for the next run of the agent."""
        return tuple({*self._heard.values(), *self._silent})[:MAX_KNOWN]

    def measure(self, raw: Ms) -> None:
        """Find the windows of those that talk. What was found holds for a while (`beside`)."""
        talk = {one.pid for one in (*self._heard.values(), *self._waiting.values()) if one is not None}
        if talk:
            self._found = {pid: at for pid, at in self._found.items() if pid in talk} | dict.fromkeys(
                self._beside(talk), raw
            )

    def tick(self, seconds: int = 1) -> None:
        """The agent has ticked, so long after the tick before, and has heard what there was to hear."""
        for word in self._words.values():
            word.ticks += seconds

    def waits(self, connection: int, oldest: Ms | None, raw: Ms) -> None:
        """A browser is still there; `oldest`: when the oldest page was seen of which it did not tell yet."""
        if connection in self._heard:
            self._words[connection] = _Word(raw, oldest)

    def hello(self, connection: int, shim: int, raw: Ms, since: Ms | None = None) -> Heard | None:
        """A browser talks, by the process `shim`. None: it waits for a window beside the indicator, and says so again.

        `since`: since when it could tell nobody of pages, as it says.
        """
        if connection not in self._waiting:
            found = self._look(shim)
            self._waiting[connection] = found and self._look(found.parent)
            self.measure(raw)
        elif self.begins(raw):
            self.measure(raw)
        browser = self._waiting[connection]
        if browser is None or not self._is_beside(browser, raw):
            return None
        del self._waiting[connection]
        missed = [] if since is None else [min(since, raw)]
        silent, began = self._silent.pop(browser, None), self._began(browser, raw)
        if silent is not None:
            missed.append(silent.since)
        elif browser not in self._heard.values() and raw - began > BEGINS_MS:
            missed.append(began)
        self._heard[connection] = browser
        return Heard(min(missed, default=None))

    def begins(self, raw: Ms) -> bool:
        """Whether some browser waits that is so young that its window may come any moment."""
        return any(raw - began <= BEGINS_MS for began in self._waiting_since(raw))

    def may_read(self, connection: int, raw: Ms) -> bool:
        """Whether what this connection tells of may be looked at. One that said no hello is no browser (`replay`)."""
        if connection in self._waiting:
            return False
        browser = self._heard.get(connection)
        return browser is None or self._is_beside(browser, raw)

    def found(self, connection: int) -> Ms | None:
        """When a window of the browser that talks here was last found beside the indicator."""
        browser = self._heard.get(connection)
        return None if browser is None else self._found.get(browser.pid)

    def gone(self, connection: int, raw: Ms) -> None:
        """A connection ended."""
        browser = self._heard.pop(connection, None) or self._waiting.pop(connection, None)
        word = self._words.pop(connection, _Word(raw, None))
        known = word.waits is not None or word.is_quiet
        if browser is not None and browser not in self._heard.values():
            self._silent.setdefault(browser, _Silence(min(word.since, _before(raw)), raw, known))
        elif known:
            self._left.append((word.since, raw))

    def left(self) -> list[tuple[Ms, Ms]]:
        """Times, since and until, of which something is missing that no browser tells of any more. Each is said once."""
        left, self._left = self._left, []
        return left

    def silent_since(self, raw: Ms) -> Ms | None:
        """Since when some browser runs unheard; None where all that run are heard."""
        late = (silence.since for silence in self._running_silent() if abs(raw - silence.end) >= ENDS_MS)
        wait = (at for at in self._waiting_since(raw) if raw - at > BEGINS_MS)
        quiet = (word.since for word in self._words.values() if word.is_quiet)
        return min((*late, *wait, *quiet, *self._lost_since(raw)), default=None)

    def maybe_silent_since(self, raw: Ms) -> Ms | None:
        """Since when some browser may be running unheard, or have something untold, where it is too early to tell."""
        late = (silence.since for silence in self._running_silent() if abs(raw - silence.end) < ENDS_MS)
        wait = (at for at in self._waiting_since(raw) if raw - at <= BEGINS_MS)
        said = (word.since for word in self._words.values() if not word.is_quiet)
        return min((*late, *wait, *said), default=None)

    def _is_beside(self, browser: RunningProcess, raw: Ms) -> bool:
        return may_read(self._found.get(browser.pid), raw)

    def _running_silent(self) -> Iterable[_Silence]:
        for browser, silence in tuple(self._silent.items()):
            if self._look(browser.pid) != browser:
                del self._silent[browser]
                if silence.known:
                    self._left.append((silence.since, silence.end))
        return self._silent.values()

    def _waiting_since(self, raw: Ms) -> Iterator[Ms]:
        """When those began that talk and were never found beside the indicator."""
        for browser in self._waiting.values():
            if browser is not None and browser not in self._heard.values():
                yield self._began(browser, raw)

    def _lost_since(self, raw: Ms) -> Iterator[Ms]:
        """When those were last found that were heard, and are not found any more."""
        for browser in self._heard.values():
            if not self._is_beside(browser, raw):
                yield self._found.get(browser.pid, raw)

    def _began(self, browser: RunningProcess, raw: Ms) -> Ms:
        age = max(0, self._uptime_ms() - browser.began * 1000 // _TICKS)
        return Ms(max(0, raw - age))


def _before(end: Ms) -> Ms:
    return Ms(end - ON_THE_WAY_MS)
