"""What a device costs in a year: each kind of request's own cost, times how often it happens."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.fleet.costs import Cost
from bench.fleet.traffic import AWAY_SHARE, BEAT_S, BEATS_A_POLL, DAY_S, FINDING_SHARE, HOUR_S

DAYS: Final = 365
HELD: Final = {"intake_nonce", "intake_liveness"}
"""Tables that a request writes and that do not grow by it: a row a device, or rows that are deleted within minutes."""
YEAR: Final = {
    "beat": DAYS * DAY_S / BEAT_S,
    "poll": DAYS * DAY_S / BEAT_S / BEATS_A_POLL,
    "finding": DAYS * DAY_S / HOUR_S * FINDING_SHARE,
    "backlog": DAYS * AWAY_SHARE,
    "day": float(DAYS),
}
"""How often a device does each in a year; `day`: what the worker writes of each day, that it was heard and how it spent its hours."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many requests of one kind, and what they cost in all."""

    times: int
    cost: Cost

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds of one, in all processes."""
        return 1000 * self.cost.cpu_s / self.times

    @property
    def bytes(self) -> float:
        """Bytes that one adds to the database for good."""
        return sum(self.by_table().values())

    def by_table(self) -> Mapping[str, float]:
        """The same by table."""
        return {table: size / self.times for table, size in self.cost.bytes.items() if size > 0 and table not in HELD}


def figures(parts: Mapping[str, Part]) -> dict[str, float]:
    """A device-year by kinds of request, processes and tables; at how many devices all cores would be full, or the worker's one thread."""
    cpu = {kind: part.cpu_ms * YEAR[kind] / 1000 for kind, part in parts.items()}
    size = {kind: part.bytes * YEAR[kind] for kind, part in parts.items()}
    tables: dict[str, float] = {}
    for kind, part in parts.items():
        for table, one in part.by_table().items():
            tables[table] = tables.get(table, 0.0) + one * YEAR[kind]
    processes = {
        name: sum(part.cost.cpu.get(name, 0) / part.times * YEAR[kind] for kind, part in parts.items())
        for name in sorted({name for part in parts.values() for name in part.cost.cpu})
    }
    year_s = DAYS * DAY_S
    return {
        "full.cores_at_devices": (os.cpu_count() or 1) * year_s / sum(cpu.values()),
        "full.worker_at_devices": year_s / processes["worker"],
        "year.requests": sum(YEAR[kind] for kind in parts if kind != "day"),
        "year.cpu_s": sum(cpu.values()),
        **{f"year.cpu_s.{kind}": value for kind, value in cpu.items()},
        **{f"year.cpu_s.of.{name}": used for name, used in processes.items()},
        "year.bytes": sum(size.values()),
        **{f"year.bytes.{kind}": value for kind, value in size.items()},
        **{f"year.bytes.of.{table}": value for table, value in tables.items() if value >= 0.01 * sum(tables.values())},
        **{f"one.{kind}_cpu_ms": part.cpu_ms for kind, part in parts.items()},
        **{f"one.{kind}_bytes": part.bytes for kind, part in parts.items()},
    }
