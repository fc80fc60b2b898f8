"""What a process and its children took of a machine: processor time, wake-ups, memory of their own."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from offmon.agent.budget import family, taken


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over a stretch of time, a second. `woken`: how often a thread got a processor after it had waited for something."""

    cpu: float
    woken: float


def over(agent: int, happens: Callable[[], object]) -> Taken:
    """What an agent took while something happened."""
    cpu, turns, began = taken(agent)[0], _turns(agent), time.monotonic()
    happens()
    lasted = time.monotonic() - began
    return Taken((taken(agent)[0] - cpu) / lasted, (_turns(agent) - turns) / lasted)


def _turns(agent: int) -> int:
    """How often the agent and its window were given a processor after they had waited for something."""
    told = (status.read_text("ascii") for pid in family(agent) for status in Path(f"/proc/{pid}/task").glob("*/status"))
    lines = (line.split() for one in told for line in one.splitlines())
    return sum(int(line[1]) for line in lines if line[0] == "voluntary_ctxt_switches:")


def private(agent: int) -> int:
    """Bytes of memory that nothing else would hold without them."""
    told = (Path(f"/proc/{pid}/smaps_rollup").read_text("ascii") for pid in family(agent))
    lines = (line.split() for one in told for line in one.splitlines())
    return sum(1024 * int(line[1]) for line in lines if line[0] in {"Private_Clean:", "Private_Dirty:"})
