"""What a stretch of time cost: the processor time of each process with its children, and the bytes of each table."""

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

TICKS: Final = os.sysconf("SC_CLK_TCK")
SIZES: Final = """
select relname, pg_total_relation_size(oid) from pg_class
where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_total_relation_size(oid) > 0
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds by process, and bytes by table."""

    cpu: Mapping[str, float]
    bytes: Mapping[str, int]

    def since(self, before: "Cost") -> "Cost":
        """What was added."""
        return Cost(
            {name: used - before.cpu.get(name, 0.0) for name, used in self.cpu.items()},
            {table: size - before.bytes.get(table, 0) for table, size in self.bytes.items()},
        )

    @property
    def cpu_s(self) -> float:
        """All processor seconds."""
        return sum(self.cpu.values())


def now(processes: Mapping[str, int], superuser: "psycopg.Connection[Any]") -> Cost:
    """As it stands. `processes`: the parent of each by a name."""
    return Cost(cpu_of(processes), {str(name): int(size) for name, size in superuser.execute(SIZES).fetchall()})


def cpu_of(processes: Mapping[str, int]) -> dict[str, float]:
    """Processor seconds of each with its children, of those too that have ended and were waited for."""
    children, used = defaultdict(list), dict[int, int]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = stat.read_text().rpartition(") ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        fields, pid = rest.split(), int(stat.parent.name)
        children[int(fields[1])].append(pid)
        used[pid] = sum(map(int, fields[11:15]))
    found = {}
    for name, parent in processes.items():
        waiting, total = [parent], 0
        while waiting:
            pid = waiting.pop()
            total += used.get(pid, 0)
            waiting += children[pid]
        found[name] = total / TICKS
    return found


def child_with(words: str) -> int:
    """The process that this one started and whose command line holds these words."""
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said = line.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            parent = int((line.parent / "stat").read_text().rpartition(") ")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if words in said and parent == os.getpid():
            return int(line.parent.name)
    raise LookupError(words)
