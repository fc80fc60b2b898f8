"""device.idle_cpu: the share of one processor core that an idle agent takes, against 2 %.

A real agent and its indicator on a display of their own: enrolled, collecting, a heartbeat a minute, no browsing. It measures the processor
time and memory of the agent and all its children over 20 s, as the agent itself does (`agent.budget`).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench.ground import Ground
from bench.inside import hottest as lines_of
from bench.result import Found
from offmon.agent.budget import family, of_one, taken
from tests.integration.agent.devices import Device, device, start
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


def measure(_ground: Ground) -> Found:
    """One agent, once."""
    with _enrolled() as person:
        person.start(heartbeat_s=60)
        person.await_collecting()
        time.sleep(SETTLE_S)
        agent = person.running.pid if person.running else 0
        before, began = taken(agent)[0], time.monotonic()
        time.sleep(IDLE_S)
        after, held = taken(agent)
        share = (after - before) / (time.monotonic() - began)
        person.stop()
    return Found(
        ratios={"device.idle_cpu": share / LIMIT},
        figures={"device.idle_cpu_percent": 100 * share, "device.rss_mib": held / (1 << 20)},
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
