"""The machine that a result was measured on: without it a figure says nothing."""

import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any, Final

import psycopg

from trial.binaries import find_binaries

GIB: Final = 1 << 20  # of the KiB that /proc/meminfo counts in
SYNCS: Final = 50


def describe(folder: Path) -> dict[str, Any]:
    """Processor, cores, memory, kernel, Python, PostgreSQL; how long the disk below `folder` takes to sync; how busy it was."""
    return {
        "cpu": _after_colon("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_gib": round(int(_after_colon("/proc/meminfo", "MemTotal").split()[0]) / GIB, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "postgresql": _postgresql(),
        "fsync_ms": round(_fsync_ms(folder), 3),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _after_colon(file: str, name: str) -> str:
    lines: Iterable[str] = Path(file).read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "0 unknown")


def _postgresql() -> str:
    given = os.environ.get("DATABASE_URL")
    if given:
        with psycopg.connect(given) as connection:
            return str(connection.info.parameter_status("server_version"))
    binaries = find_binaries()
    said = subprocess.run([binaries.folder / "postgres", "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - found by our own launcher
    return f"{said.stdout.split()[2]} ({binaries.origin})"


def _fsync_ms(folder: Path) -> float:
    """The median of syncing 8 KiB, PostgreSQL's page: no durable commit is faster."""
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            file.write(bytes(8192))
            began = time.perf_counter()
            file.flush()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    return 1000 * median(taken)
