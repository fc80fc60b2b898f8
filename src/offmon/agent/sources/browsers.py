"""Whether each browser that runs is heard (GapReason SOURCE_DOWN).

Rules
- A browser is the process that started the shim which says hello; the kernel names both. It is known by its number and when it began.
- It is heard while some connection of it is open. A browser that stops talking and runs on is not heard from then on, until it talks
  again or ends. One that ends needs a moment for it: so long it may be silent.
- What a browser told of just before its connection ended may have been lost on the way, in the shim. So it is silent from a moment
  before that end.
- The browsers that were known when the agent last ran, and run on, are silent from its start until they talk again.
- A browser that is first heard well after it began was not heard before. The first moment of a browser is no gap: it asks about every
  page that is open when it is first heard. What was opened and closed before that is not seen (`THREATS.md`).
- A browser that never says hello is not known here: that its extension stays is the managed policy's part (`deploy/browser`).
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offmon.core.ids import Ms

BEGINS_MS: Final = 10_000
ENDS_MS: Final = 3_000
ON_THE_WAY_MS: Final = 3_000
MAX_KNOWN: Final = 32
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PROC: Final = Path("/proc")
# Fields of /proc/PID/stat, counted from the one after the name.
_STATE, _PARENT, _BEGAN = 0, 1, 19


@dataclass(frozen=True, slots=True)
class Process:
    """A process that runs; `began` in clock ticks since the machine started. Its parent may end before it: it is the same process."""

    pid: int
    parent: int = field(compare=False)
    began: int


type Look = Callable[[int], Process | None]


def look(pid: int) -> Process | None:
    """A process of this machine; None where it has ended."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text("ascii", "replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[_STATE] in "ZX" else Process(pid, int(fields[_PARENT]), int(fields[_BEGAN]))


def uptime_ms() -> int:
    """How long this machine has run."""
    return int(float((_PROC / "uptime").read_text("ascii").split()[0]) * 1000)


class Browsers:
    """The browsers that have been heard and still run."""

    def __init__(
        self, known: Iterable[Process], raw: Ms, look: Look = look, uptime_ms: Callable[[], int] = uptime_ms
    ) -> None:
        """`known`: those of the agent's last run."""
        self._look = look
        self._uptime_ms = uptime_ms
        self._heard: dict[int, Process] = {}
        self._silent = dict.fromkeys(known, raw)

    @property
    def known(self) -> tuple[Process, ...]:
        """Those that have been heard and may still run: for the next run of the agent."""
        return tuple({*self._heard.values(), *self._silent})[:MAX_KNOWN]

    def hello(self, connection: int, shim: int, raw: Ms) -> Ms | None:
        """A browser talks, by the process `shim`. Since when it ran and was not heard; None: nothing was missed."""
        found = self._look(shim)
        browser = found and self._look(found.parent)
        if browser is None:
            return None
        silent = self._silent.pop(browser, None)
        heard = browser in self._heard.values()
        self._heard[connection] = browser
        if heard or silent is not None:
            return None if silent is None else _since(silent)
        age = max(0, self._uptime_ms() - browser.began * 1000 // _TICKS)
        return Ms(max(0, raw - age)) if age > BEGINS_MS else None

    def gone(self, connection: int, raw: Ms) -> None:
        """A connection ended."""
        browser = self._heard.pop(connection, None)
        if browser is not None and browser not in self._heard.values():
            self._silent[browser] = raw

    def silent_since(self, raw: Ms) -> Ms | None:
        """Since when some browser runs unheard; None where all that run are heard."""
        return min((_since(at) for at in self._running_silent() if abs(raw - at) >= ENDS_MS), default=None)

    def maybe_silent_since(self, raw: Ms) -> Ms | None:
        """Since when some browser may be running unheard, where it is too early to tell it from one that ends."""
        return min((_since(at) for at in self._running_silent() if abs(raw - at) < ENDS_MS), default=None)

    def _running_silent(self) -> Iterable[Ms]:
        self._silent = {browser: at for browser, at in self._silent.items() if self._look(browser.pid) == browser}
        return self._silent.values()


def _since(end: Ms) -> Ms:
    return Ms(end - ON_THE_WAY_MS)
