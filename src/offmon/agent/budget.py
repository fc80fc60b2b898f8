"""How much of the device the agent may use: processor, memory, battery (R-RGT-16; design §2).

Rules
- Only the agent's own use counts, with its windows, which are its child processes. A busy device is no reason to look less. What the
  browser starts (the extension, the native host) counts as the browser's.
- Processor time is that of the last minute alone, over all its processes that run or have ended. Memory is added up, so shared memory
  counts for each process: the sum is never too low.
- Over its budget, or with little battery left, the agent stops reading the text of pages, which costs most. Addresses are still decided,
  the indicator stays, and delivery goes on. It reads again once well below the limit, so that it does not flutter.
- The time without reading is declared as SOURCE_DOWN, the nearest reason of the closed list.
- The figures are written each minute for the status. `spare` and `share` are pure; the rest measures.
"""

import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from offmon.agent.home import AgentHome
from offmon.core.formats import codec
from offmon.core.ids import Count

EVERY_S: Final = 60.0
MAX_PER_MILLE: Final = 100  # of one core, over a minute
MAX_MIB: Final = 256
MIN_BATTERY: Final = 10  # percent, while it empties
_SUPPLIES: Final = Path("/sys/class/power_supply")
_FILE: Final = "use"
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Use:
    """What the agent used over the last minute. `battery`: percent left, where there is one and it empties."""

    TYPE: ClassVar[str] = "offmon/agent-use@1"

    per_mille: Count
    mib: Count
    battery: Count | None
    sparing: bool


def spare(per_mille: int, mib: int, battery: int | None, *, sparing: bool) -> bool:
    """Whether to spare the device now. What it spared before it goes on sparing until it is well within the budget."""
    if sparing:
        within = per_mille <= MAX_PER_MILLE // 2 and mib <= MAX_MIB * 3 // 4
        return not (within and (battery is None or battery >= MIN_BATTERY + 5))
    return per_mille > MAX_PER_MILLE or mib > MAX_MIB or (battery is not None and battery < MIN_BATTERY)


def share(cpu_s: float, wall_s: float) -> int:
    """Processor time over a span, in thousandths of one core, one begun being one."""
    return 0 if wall_s <= 0 else max(math.ceil(1000 * cpu_s / wall_s), 0)


class Budget:
    """The agent's own use, looked at once a minute."""

    def __init__(self) -> None:
        self._at, (self._cpu, held) = time.monotonic(), taken(os.getpid())
        self.use = Use(0, _mib(held), battery(), sparing=False)

    def look(self) -> bool:
        """Measure if a minute has gone by; whether it did."""
        at = time.monotonic()
        if at - self._at < EVERY_S:
            return False
        cpu, held = taken(os.getpid())
        per_mille, mib, left = share(cpu - self._cpu, at - self._at), _mib(held), battery()
        self._at, self._cpu = at, cpu
        self.use = Use(per_mille, mib, left, sparing=spare(per_mille, mib, left, sparing=self.use.sparing))
        return True


def battery(supplies: Path = _SUPPLIES) -> int | None:
    """Percent left in the emptiest battery that is emptying; None where there is none. What cannot be read is not there."""
    found = list[int]()
    for supply in supplies.glob("*"):
        try:
            kind, state = ((supply / name).read_text().strip() for name in ("type", "status"))
            if (kind, state) == ("Battery", "Discharging"):
                found.append(int((supply / "capacity").read_text()))
        except (OSError, ValueError):
            continue
    return min(found, default=None)


def load(home: AgentHome) -> Use | None:
    """What was written down last. Raises Malformed for a damaged file."""
    data = home.read(_FILE)
    return None if data is None else codec.load(Use, data, max_size=1024)


def save(home: AgentHome, use: Use) -> None:
    """Write it down. Raises Refused where the disk does not take it."""
    home.write(_FILE, codec.dump(use))


def taken(pid: int) -> tuple[float, int]:
    """What a process and its descendants have taken: seconds of processor time, those that ended with them, and bytes of memory held now.

    Whoever ends hands its time on to the one that waits for it. So nothing is lost from the sum, and nothing comes twice.
    """
    found = [of_one(one) for one in family(pid)]
    return sum(cpu for cpu, _ in found), sum(held for _, held in found)


def family(pid: int) -> Iterator[int]:
    """A process and those that it, or one of them, started and that still run."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text("ascii").split()
        except OSError:  # the thread has ended
            continue
        for child in children:
            yield from family(int(child))


def of_one(pid: int) -> tuple[float, int]:
    """Of one process, and of those that it has waited for. Nothing, where it is no more."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(") ")[2].split()
    except OSError:
        return 0.0, 0
    return sum(map(int, fields[11:15])) / _TICKS, int(fields[21]) * _PAGE


def _mib(held: int) -> int:
    """Begun ones count, so that more than the most is more."""
    return math.ceil(held / (1 << 20))
