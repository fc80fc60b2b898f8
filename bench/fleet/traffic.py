"""What devices send in a stretch of time, signed before it; and a client that sends each request at its instant."""

import os
import random
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import count
from typing import Final, Literal

from bench.fleet.devices import SPARE, Fleet, Template
from bench.intake import as_sent
from bench.requests import Request, is_whole
from bench.result import NotMeasured
from offmon.agent.delivery import POLL_EVERY
from offmon.core import clock
from offmon.core.formats.event import HEARTBEAT_MS

BEAT_S: Final = HEARTBEAT_MS / clock.SECOND_MS
BEATS_A_POLL: Final = POLL_EVERY
FINDING_SHARE: Final = 0.01  # of devices, that have a finding an hour
AWAY_SHARE: Final = 0.001  # of devices, each day for a day
KEPT: Final = 24  # findings of a device that was away for a day
RUSH_S: Final = 150.0  # in which every device is back: its longest wait between two tries is drawn from the second half of five minutes
HOUR_S: Final = clock.HOUR_MS / clock.SECOND_MS
DAY_S: Final = clock.DAY_MS / clock.SECOND_MS
FEWEST: Final = 10  # findings of a stretch, so that how long they wait can be said
CONNECTIONS: Final = 32
PATIENCE_S: Final = 20.0

type Kind = Literal["beat", "poll", "finding", "backlog"]


@dataclass(frozen=True, slots=True)
class Due:
    """A request that is to be sent: when in the stretch, by which device, and of which kind."""

    at: float
    n: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it. `seconds` from the instant at which it was due; `ended`: by the clock of the machine, in seconds."""

    due: Due
    seconds: float
    status: int
    ended: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was asked, and what became of each request; how long all took, and processor time of the client."""

    sent: list[Sent]
    took_s: float
    client_s: float

    @property
    def served(self) -> list[Sent]:
        """Those that were answered as they should be."""
        return [one for one in self.sent if one.status == HTTPStatus.OK]

    def latencies(self) -> list[float]:
        """The seconds of each; of those that got no answer, for ever."""
        return [one.seconds if one.status == HTTPStatus.OK else float("inf") for one in self.sent]


def usual(fleet: Fleet, devices: int, seconds: float, seed: int) -> list[Due]:
    """What so many devices send in that time, on a day like any other."""
    return _drawn(
        fleet,
        seconds,
        seed,
        beats=devices * seconds / BEAT_S,
        polls=devices * seconds / BEAT_S / BEATS_A_POLL,
        findings=max(FEWEST, devices * FINDING_SHARE * seconds / HOUR_S),
        backlogs=max(1, devices * AWAY_SHARE * seconds / DAY_S),
    )


def rush(fleet: Fleet, devices: int, seconds: float, seed: int) -> list[Due]:
    """What they send as they come back after an outage of an hour: each beats, asks for its profile, and has kept what it found."""
    share = seconds / RUSH_S
    return _drawn(
        fleet,
        seconds,
        seed,
        beats=devices * share,
        polls=devices * share,
        findings=max(FEWEST, devices * FINDING_SHARE * share),
        backlogs=1,
    )


def alone(fleet: Fleet, kind: Kind, number: int) -> list[Due]:
    """So many requests of one kind, each as soon as a connection is free."""
    return [Due(0.0, n, kind) for n in (fleet.spare(number) if kind in {"finding", "backlog"} else range(number))]


def signed(template: Template, due: Sequence[Due]) -> list[Request]:
    """The requests, each signed by its device now: a signature is good for two minutes."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(partial(_request, template), due, chunksize=max(1, len(due) // 64)))


def ready(template: Template, due: Sequence[Due]) -> list[bytes]:
    """The same as they travel, to be sent at once."""
    return [request.raw() for request in signed(template, due)]


def send(port: int, due: Sequence[Due], wire: list[bytes], seconds: float) -> Stretch:
    """Send each at its instant, the earliest first, over connections that stay open as a proxy's do."""
    with ProcessPoolExecutor(1) as apart:
        played = apart.submit(_play, port, [one.at for one in due], wire, seconds + PATIENCE_S)
        answers, took_s, client_s = played.result()
    sent = [Sent(one, *answer) for one, answer in zip(due, answers, strict=True)]
    wrong = {one.status for one in sent} - {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE, 0}
    if wrong:
        raise NotMeasured(f"ingest answered {sorted(wrong)}")
    return Stretch(sent, took_s, client_s)


def _drawn(
    fleet: Fleet, seconds: float, seed: int, *, beats: float, polls: float, findings: float, backlogs: float
) -> list[Due]:
    chance = random.Random(seed)  # noqa: S311 - a simulation
    start = chance.randrange(fleet.beating)
    beating = [_beating(fleet, start + n) for n in range(round(beats) + round(polls))]
    kinds: list[tuple[Kind, list[int]]] = [
        ("beat", beating[: round(beats)]),
        ("poll", beating[round(beats) :]),
        ("finding", fleet.spare(round(findings))),
        ("backlog", fleet.spare(round(backlogs))),
    ]
    due = [Due(chance.uniform(0, seconds), n, kind) for kind, devices in kinds for n in devices]
    return sorted(due, key=lambda one: one.at)


def _beating(fleet: Fleet, n: int) -> int:
    return SPARE + n % fleet.beating


def _request(template: Template, due: Due) -> Request:
    device, profile = template.holding(due.n)
    if due.kind == "poll":
        return as_sent(device.ask_profile(), device)
    if due.kind == "beat":
        return as_sent(device.heartbeat(), device)
    for _ in range(KEPT if due.kind == "backlog" else 1):
        device.disclose(profile)
    return as_sent(device.send(1), device)


type _Answer = tuple[float, int, float]


def _play(port: int, at: list[float], wire: list[bytes], within: float) -> tuple[list[_Answer], float, float]:
    """Send each at its instant. Seconds, status (0: no answer in time) and end of each; how long all took; this process's own time."""
    found: list[_Answer] = [(float("inf"), 0, 0.0)] * len(wire)
    numbers, lock = count(), threading.Lock()
    used, began = time.process_time(), time.monotonic() + 0.2

    def one_connection(place: int) -> None:
        line = _line(port, place)
        while True:
            with lock:
                number = next(numbers)
            if number >= len(wire) or time.monotonic() > began + within:
                line.close()
                return
            time.sleep(max(0.0, began + at[number] - time.monotonic()))
            try:
                line.sendall(wire[number])
                status = _status(line)
            except OSError:
                line.close()
                line, status = _line(port, place), 0
            found[number] = (time.monotonic() - began - at[number], status, time.time())

    threads = [threading.Thread(target=one_connection, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found, time.monotonic() - began, time.process_time() - used


def _line(port: int, place: int) -> socket.socket:
    """A connection from an address of its own, as each device has one: ingest serves so many of one address at a time."""
    line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S, source_address=(f"127.0.1.{place + 1}", 0))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _status(line: socket.socket) -> int:
    """Read one answer whole."""
    answer = b""
    while not is_whole(answer):
        part = line.recv(1 << 16)
        if not part:
            raise ConnectionError("the connection was closed")
        answer += part
    return int(answer.split(b" ", 2)[1])
