"""What a device costs in a year: each kind of request's own cost, times how often it happens.

The prices are round ones of ours, near what large public clouds ask. They are no offer: the figures hold the quantities, and an agency puts
its own prices in their place. Not in them: TLS and the proxy, a second machine, backups, and people.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.fleet.costs import Cost
from bench.fleet.traffic import AWAY_SHARE, BEAT_S, BEATS_A_POLL, DAY_S, FINDING_SHARE, HOUR_S, WHOLE_EVERY_S

DAYS: Final = 365
PENCE_A_CORE_HOUR: Final = 4.0
BUSY: Final = 0.5  # of a core that is paid for, more is not used
PENCE_A_GB_MONTH: Final = 10.0  # of storage; what a year adds is paid for twelve months
PENCE_A_GB_SENT: Final = 8.0  # of requests and answers alike
MONTHS: Final = 12
GB: Final = 1e9
HELD: Final = {"intake_nonce", "intake_liveness"}
"""Tables that a request writes and that do not grow by it: a row a device, or rows that are deleted within minutes."""
YEAR: Final = {
    "beat": DAYS * DAY_S * (1 / BEAT_S - 1 / WHOLE_EVERY_S),
    "whole": DAYS * DAY_S / WHOLE_EVERY_S,
    "poll": DAYS * DAY_S / BEAT_S / BEATS_A_POLL,
    "finding": DAYS * DAY_S / HOUR_S * FINDING_SHARE,
    "backlog": DAYS * AWAY_SHARE,
    "day": float(DAYS),
}
"""How often a device does each in a year; `day`: what the worker writes of each day, that it was heard and how it spent its hours."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many requests of one kind, and what they cost in all. `line`: bytes of the requests and their answers."""

    times: int
    cost: Cost
    line: int = 0

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
    line = {kind: part.line / part.times * YEAR[kind] for kind, part in parts.items()}
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
        "year.line_bytes": sum(line.values()),
        **_pence(cpu, size, line),
        **{f"one.{kind}_cpu_ms": part.cpu_ms for kind, part in parts.items()},
        **{f"one.{kind}_bytes": part.bytes for kind, part in parts.items()},
        **{f"one.{kind}_line_bytes": part.line / part.times for kind, part in parts.items() if part.line},
    }


def _pence(cpu: Mapping[str, float], size: Mapping[str, float], line: Mapping[str, float]) -> dict[str, float]:
    """A device-year in pence, by what is paid for and by kinds of request."""
    of = {
        "cores": {kind: used / HOUR_S / BUSY * PENCE_A_CORE_HOUR for kind, used in cpu.items()},
        "storage": {kind: held / GB * MONTHS * PENCE_A_GB_MONTH for kind, held in size.items()},
        "line": {kind: sent / GB * PENCE_A_GB_SENT for kind, sent in line.items()},
    }
    return {
        "pence": sum(sum(one.values()) for one in of.values()),
        **{f"pence.{what}": sum(one.values()) for what, one in of.items()},
        **{f"pence.of.{kind}": sum(one[kind] for one in of.values()) for kind in cpu},
    }
