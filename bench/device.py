"""device.idle_cpu: what an agent that has nothing to do takes of one processor core, against 2 %.

A real agent and its indicator on a display of their own, enrolled, collecting, with a heartbeat a minute and nobody who browses. The
processor time of the agent and of all its children over 20 s; memory is resident memory, summed likewise.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.ground import Ground
from bench.inside import hottest as lines_of
from bench.result import Found
from tests.integration.agent.devices import device, start
from tests.integration.agent.presence.displays import end, start_display

IDLE_S: Final = 20.0
SETTLE_S: Final = 3.0
LIMIT: Final = 0.02
# `python -m offmon.agent` with what follows, its profile left in the file that is named first.
PROFILED: Final = """
import cProfile, sys, time
from offmon.agent.__main__ import main
profile = cProfile.Profile(time.process_time)
profile.runcall(main, sys.argv[2:])
profile.dump_stats(sys.argv[1])
"""
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def measure(_ground: Ground) -> Found:
    """One agent, once."""
    server, name = start_display()
    try:
        with device(name) as person:
            person.enrol()
            person.ingest.agency.issue()
            person.start(heartbeat_s=60)
            person.await_collecting()
            time.sleep(SETTLE_S)
            agent = person.running.pid if person.running else 0
            before, began = _cpu_s(agent), time.monotonic()
            time.sleep(IDLE_S)
            share = (_cpu_s(agent) - before) / (time.monotonic() - began)
            mib = sum(_rss(pid) for pid in _family(agent)) / (1 << 20)
            person.stop()
    finally:
        end(server)
    return Found(
        ratios={"device.idle_cpu": share / LIMIT},
        figures={"device.idle_cpu_percent": 100 * share, "device.rss_mib": mib},
    )


def hottest(_ground: Ground) -> list[str]:
    """A profile of an agent that idles, by processor time. Its window is a process of its own: what that took is said first."""
    server, name = start_display()
    try:
        with device(name) as person:
            person.enrol()
            person.ingest.agency.issue()
            kept = person.folder / "profile"
            run = ("run", "--home", str(person.home), "--server", person.url, "--heartbeat", "60")
            person.running = start(person, "-c", PROFILED, str(kept), *run)
            person.await_collecting()
            time.sleep(IDLE_S)
            agent, *window = (_own_cpu_s(pid) for pid in _family(person.running.pid))
            person.stop()
            took = f"processor time: agent {agent:.2f} s, and its window {sum(window):.2f} s"
            return [took, *lines_of(str(kept)).splitlines()]
    finally:
        end(server)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            yield from _family(int(child))


def _cpu_s(pid: int) -> float:
    """User and system time of a process and its children that run."""
    return sum(map(_own_cpu_s, _family(pid)))


def _own_cpu_s(pid: int) -> float:
    return sum(map(int, _stat(pid)[11:13])) / _TICKS


def _rss(pid: int) -> int:
    return int(_stat(pid)[21]) * _PAGE


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the one after the name."""
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(") ")[2].split()
