"""What an agent takes of a person's device, against what it may: processor, wake-ups, memory, the line, and how soon it collects.

A real agent and its indicator on a display of their own, enrolled, against an ingest that counts the line. It idles for a minute, its
strip folded. Then it is told of a page each ten seconds. Processor time and memory are those of the agent and all its children, as the
agent itself counts them (`agent.budget`).

A day on the line is one start, with all that goes whole, and heartbeats and looks for a new profile as often as the agent makes them. They
are counted where they are made each second, headers included. The line is without encryption: what TLS adds is a figure of its own.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from statistics import median
from typing import Final

from bench.ground import Ground
from bench.inside import hottest as lines_of
from bench.line import Line, counted
from bench.result import Found, NotMeasured
from bench.taken import over, private
from offmon.agent.budget import family, of_one, taken
from offmon.agent.delivery import POLL_EVERY
from offmon.agent.presence import folding
from offmon.core.clock import DAY_MS
from offmon.core.formats.event import HEARTBEAT_MS
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
DAY_BEATS: Final = DAY_MS // HEARTBEAT_MS
OFTEN_S: Final = 80.0  # of heartbeats each second, so that two looks for a profile come too
RECORD_BYTES: Final = 22  # what TLS 1.3 adds to each message, in one direction
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
        at_start, began = line.bytes, time.monotonic()
        person.running = person.command("run", "--home", str(person.home), "--server", person.url)
        await_true(lambda: sum(note.note == "started" for note in person.ingest.notes()) == 2)
        begun = time.monotonic() - began
        agent = person.running.pid
        time.sleep(SETTLE_S)
        start_bytes = line.bytes - at_start
        idle = over(agent, lambda: time.sleep(IDLE_S))
        own, held = private(agent), taken(agent)[1]
        browsing = over(agent, lambda: _open_pages(person))
        person.stop()
        beat, poll, connections = _often(person, line)
    day = start_bytes + beat * DAY_BEATS + poll * DAY_BEATS / POLL_EVERY
    found = {
        "idle_cpu": idle.cpu,
        "browsing_cpu": browsing.cpu,
        "wake_ups": idle.woken,
        "private": own,
        "start": begun,
        "day_bytes": day,
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
            "device.start_bytes": start_bytes,
            "device.day_kb": day / 1000,
            "device.day_kb_with_tls_records": (day + 2 * RECORD_BYTES * DAY_BEATS * (1 + 1 / POLL_EVERY)) / 1000,
            "device.requests_a_connection": connections,
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


def _often(person: Device, line: Line) -> tuple[float, float, float]:
    """Bytes of a short heartbeat, and of a look for a profile where there is nothing new; and how many requests share a connection."""
    person.running = person.command(
        "run", "--home", str(person.home), "--server", person.url, "--heartbeat", "1", "--gaps", "3600"
    )
    short = person.ingest.short_heartbeats
    await_true(lambda: person.ingest.short_heartbeats > short + 1)
    counts = [_count(person, line)]
    for _ in range(int(OFTEN_S)):
        time.sleep(1.0)
        counts.append(_count(person, line))
    person.stop()
    without = [
        (two[0] - one[0], two[1] - one[1]) for one, two in pairwise(counts) if one[2] == two[2] and one[1] < two[1]
    ]
    beat = median(sent / beats for sent, beats in without)
    total, beats, polls, opened = (last - first for first, last in zip(counts[0], counts[-1], strict=True))
    if not polls:
        raise NotMeasured("the agent did not ask for its profile")
    return beat, (total - beats * beat) / polls, (beats + polls) / max(opened, 1)


def _count(person: Device, line: Line) -> tuple[int, int, int, int]:
    """Bytes, short heartbeats, looks for a profile and connections so far."""
    return line.bytes, person.ingest.short_heartbeats, person.ingest.polls, line.connections


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
