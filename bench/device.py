"""device.idle_cpu: the share of one processor core that an idle agent takes, against 0.3 %.

A real agent and its indicator on a display of their own: enrolled, collecting, a heartbeat a minute, no browsing. It measures the processor
time and memory of the agent and all its children over 60 s, as the agent itself does (`agent.budget`).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.ground import Ground
from bench.inside import hottest as lines_of
from bench.result import Found
from offmon.agent.budget import family, of_one, taken
from tests.integration.agent.devices import Device, device, start
from tests.integration.agent.presence.displays import end, start_display

IDLE_S: Final = 60.0
SETTLE_S: Final = 3.0
LIMIT: Final = 0.003
# `python -m offmon.agent` with what follows, its profile left in the file that is named first.
PROFILED: Final = """
import cProfile, sys, time
from offmon.agent.__main__ import main
profile = cProfile.Profile(time.process_time)
profile.runcall(main, sys.argv[2:])
profile.dump_stats(sys.argv[1])
"""


def measure(_ground: Ground) -> Found:
    """One agent, once."""
    with _enrolled() as person:
        person.start(heartbeat_s=60, gaps_s=3600)
        person.await_collecting()
        time.sleep(SETTLE_S)
        agent = person.running.pid if person.running else 0
        before, turns, began = taken(agent)[0], _turns(agent), time.monotonic()
        time.sleep(IDLE_S)
        (after, held), lasted = taken(agent), time.monotonic() - began
        share, woken, own = (after - before) / lasted, (_turns(agent) - turns) / lasted, _private(agent)
        person.stop()
    return Found(
        ratios={"device.idle_cpu": share / LIMIT},
        figures={
            "device.idle_cpu_percent": 100 * share,
            "device.turns_a_second": woken,
            "device.rss_mib": held / (1 << 20),
            "device.private_mib": own / (1 << 20),
        },
    )


def hottest(_ground: Ground) -> list[str]:
    """A profile of an agent that idles, by processor time. Its window is a process of its own: what that took is said first."""
    with _enrolled() as person:
        kept = person.folder / "profile"
        run = ("run", "--home", str(person.home), "--server", person.url, "--heartbeat", "60")
        person.running = start(person, "-c", PROFILED, str(kept), *run)
        person.await_collecting()
        time.sleep(IDLE_S)
        agent, *window = (of_one(pid)[0] for pid in family(person.running.pid))
        took = f"processor time: agent {agent:.2f} s, and its window {sum(window):.2f} s"
        person.stop()
        return [took, *lines_of(str(kept)).splitlines()]


def _turns(agent: int) -> int:
    """How often the agent and its window were given a processor after they had waited for something."""
    told = (status.read_text("ascii") for pid in family(agent) for status in Path(f"/proc/{pid}/task").glob("*/status"))
    lines = (line.split() for one in told for line in one.splitlines())
    return sum(int(line[1]) for line in lines if line[0] == "voluntary_ctxt_switches:")


def _private(agent: int) -> int:
    """Bytes of memory that nothing else would hold without them."""
    told = (Path(f"/proc/{pid}/smaps_rollup").read_text("ascii") for pid in family(agent))
    lines = (line.split() for one in told for line in one.splitlines())
    return sum(1024 * int(line[1]) for line in lines if line[0] in {"Private_Clean:", "Private_Dirty:"})


@contextmanager
def _enrolled() -> Iterator[Device]:
    """A person's device that may collect, on a display of its own."""
    server, name = start_display()
    try:
        with device(name) as person:
            person.enrol()
            person.ingest.agency.issue()
            yield person
    finally:
        end(server)
