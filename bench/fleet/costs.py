"""What a stretch of time cost: the processor time of each process with its children, and the bytes of each table."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from offmon.agent.budget import family, taken

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
    cpu = {name: taken(pid)[0] for name, pid in processes.items()}
    return Cost(cpu, {str(name): int(size) for name, size in superuser.execute(SIZES).fetchall()})


def child_with(words: str) -> int:
    """The process that this one started and whose command line holds these words."""
    for pid in family(os.getpid()):
        if words in Path(f"/proc/{pid}/cmdline").read_text(errors="replace"):
            return pid
    raise LookupError(words)
