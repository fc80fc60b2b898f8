"""What an agent takes of a person's device, against what it may: processor, wake-ups, memory, the line, and how soon it collects.

A real agent and its indicator on a display of their own, enrolled, against an ingest that counts the line. It idles for a minute, its
strip folded, with the heartbeat that it has by itself. Then it is told of a page each ten seconds. Processor time and memory are those of
the agent and all its children, as the agent itself counts them (`agent.budget`). The line is without encryption.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench.ground import Ground
from bench.inside import hottest as lines_of
from bench.line import counted
from bench.result import Found, NotMeasured
from bench.taken import over, private
from offmon.agent.budget import family, of_one, taken
from offmon.agent.delivery import POLL_EVERY
from offmon.agent.presence import folding
from offmon.core.formats import codec
from tests.integration.agent.devices import Device, await_true, device, start
from tests.integration.agent.presence.displays import end, start_display

IDLE_S: Final = 60.0
SETTLE_S: Final = folding.FOLDS_AFTER_S + 3
LIMITS: Final = {
    "idle_cpu": 0.003,  # of one core
    "browsing_cpu": 0.01,
    "wake_ups": 2.0,  # a second
    "private": 35 << 20,
    "start": 1.5,  # seconds
    "day_bytes": 200_000,
}
HOUR_S: Final = 3_600
HEAD_BYTES: Final = 700  # of a request and an answer, without their bodies
DAY_BEATS: Final = 24 * HOUR_S // 60
PAGES: Final = 6
PAGE_S: Final = 10.0
OPENS: Final = """
import sys, time
from pathlib import Path
from offmon.agent.sources.replay import play
for number in range(int(sys.argv[2])):
    time.sleep(float(sys.argv[3]))
    list(play(Path(sys.argv[1]), [{"url": f"https://news.example/{number}", "title": "", "text": ""}]))
"""
# `python -m offmon.agent` with what follows, its profile left in the file that is named first.
PROFILED: Final = """
import cProfile, sys, time
from offmon.agent.__main__ import main
profile = cProfile.Profile(time.process_time)
profile.runcall(main, sys.argv[2:])
profile.dump_stats(sys.argv[1])
"""


def measure(_ground: Ground) -> Found:
    """One agent, begun twice: the second time as on any day."""
    with _enrolled() as person, counted(person.url) as (person.url, line):
        person.start(heartbeat_s=60, gaps_s=3600)
        person.stop()
        began = time.monotonic()
        person.running = person.command("run", "--home", str(person.home), "--server", person.url)
        await_true(lambda: sum(note.note == "started" for note in person.ingest.notes()) == 2)
        begun = time.monotonic() - began
        agent = person.running.pid
        time.sleep(SETTLE_S)
        before = line.bytes, person.ingest.heartbeats
        idle = over(agent, lambda: time.sleep(IDLE_S))
        beat = (line.bytes - before[0]) / max(person.ingest.heartbeats - before[1], 1)
        own, held = private(agent), taken(agent)[1]
        browsing = over(agent, lambda: _open_pages(person))
        person.stop()
        poll = _poll(person)
    found = {
        "idle_cpu": idle.cpu,
        "browsing_cpu": browsing.cpu,
        "wake_ups": idle.woken,
        "private": own,
        "start": begun,
        "day_bytes": beat * DAY_BEATS + poll * DAY_BEATS / POLL_EVERY,
    }
    return Found(
        ratios={f"device.{name}": value / LIMITS[name] for name, value in found.items()},
        figures={
            "device.idle_cpu_percent": 100 * idle.cpu,
            "device.browsing_cpu_percent": 100 * browsing.cpu,
            "device.turns_a_second": idle.woken,
            "device.battery_turns_an_hour": HOUR_S * idle.woken,
            "device.battery_cpu_s_an_hour": HOUR_S * idle.cpu,
            "device.rss_mib": held / (1 << 20),
            "device.private_mib": own / (1 << 20),
            "device.start_s": begun,
            "device.heartbeat_bytes": beat,
            "device.poll_bytes": poll,
            "device.day_kb": found["day_bytes"] / 1000,
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


def _open_pages(person: Device) -> None:
    pages = start(person, "-c", OPENS, str(person.home / "pages.sock"), str(PAGES), str(PAGE_S))
    if pages.wait(2 * PAGES * PAGE_S):
        raise NotMeasured("the agent was told of no page")


def _poll(person: Device) -> float:
    """Bytes of one look for a new profile. Most is the answer, which is small here: one list of one site."""
    return float(len(codec.dump(person.ingest.agency.update())) + HEAD_BYTES)


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
