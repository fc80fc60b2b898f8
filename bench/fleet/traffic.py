"""What devices send in a stretch of time, signed before it; and a client that sends each request at its instant."""

import os
import random
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
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
from offmon.core.formats import beat
from offmon.core.formats.event import HEARTBEAT_MS
from offmon.core.ids import Ms
from tests.support.fake_device import FakeDevice, now

BEAT_S: Final = HEARTBEAT_MS / clock.SECOND_MS
BEATS_A_POLL: Final = POLL_EVERY
FINDING_SHARE: Final = 0.01  # of devices, that have a finding an hour
AWAY_SHARE: Final = 0.001  # of devices, each day for a day
KEPT: Final = 24  # findings of a device that was away for a day
RUSH_S: Final = 150.0  # in which every device is back: its longest wait between two tries is drawn from the second half of five minutes
HOUR_S: Final = clock.HOUR_MS / clock.SECOND_MS
DAY_S: Final = clock.DAY_MS / clock.SECOND_MS
WHOLE_EVERY_S: Final = (
    DAY_S  # a heartbeat goes whole as the log's checkpoint of the day is given; else in its short form
)
FEWEST: Final = 10  # findings of a stretch, so that how long they wait can be said
CONNECTIONS: Final = 32
PATIENCE_S: Final = 20.0

type Kind = Literal["beat", "whole", "poll", "finding", "backlog"]
ANSWERED: Final[Mapping[Kind, int]] = {
    "beat": HTTPStatus.OK,
    "whole": HTTPStatus.OK,
    "poll": HTTPStatus.NOT_MODIFIED,
    "finding": HTTPStatus.OK,
    "backlog": HTTPStatus.OK,
}
"""The status of each kind's answer, where all is well. Who asks for its profile holds it."""
OVERLOADED: Final = {HTTPStatus.SERVICE_UNAVAILABLE, 0}


@dataclass(frozen=True, slots=True)
class Due:
    """A request that is to be sent: when in the stretch, by which device, and of which kind."""

    at: float
    n: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it. `seconds` from the instant at which it was due; `ended`: by the clock of the machine, in seconds.

    `bytes`: of request and answer.
    """

    due: Due
    seconds: float
    status: int
    ended: float
    bytes: int

    @property
    def is_served(self) -> bool:
        """Whether it was answered as it should be."""
        return self.status == ANSWERED[self.due.kind]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was asked, and what became of each request; how long all took, and processor time of the client."""

    sent: list[Sent]
    took_s: float
    client_s: float

    @property
    def served(self) -> list[Sent]:
        """Those that were answered as they should be."""
        return [one for one in self.sent if one.is_served]

    def latencies(self) -> list[float]:
        """The seconds of each; of those that got no answer, for ever."""
        return [one.seconds if one.is_served else float("inf") for one in self.sent]


def usual(fleet: Fleet, devices: int, seconds: float, seed: int, over: float | None = None) -> list[Due]:
    """What so many devices send in that time, on a day like any other. `over`: the seconds in which it is sent, where that is quicker."""
    return _drawn(
        fleet,
        seed,
        beats=devices * seconds / BEAT_S,
        whole=devices * seconds / WHOLE_EVERY_S,
        polls=devices * seconds / BEAT_S / BEATS_A_POLL,
        findings=max(FEWEST, devices * FINDING_SHARE * seconds / HOUR_S),
        backlogs=max(1, devices * AWAY_SHARE * seconds / DAY_S),
        over=over or seconds,
    )


def rush(fleet: Fleet, devices: int, seconds: float, seed: int) -> list[Due]:
    """What they send as they come back after an outage of an hour: each beats whole, asks for its profile, and has kept what it found."""
    share = seconds / RUSH_S
    return _drawn(
        fleet,
        seed,
        beats=0,
        whole=devices * share,
        polls=devices * share,
        findings=max(FEWEST, devices * FINDING_SHARE * share),
        backlogs=1,
        over=seconds,
    )


def alone(fleet: Fleet, kind: Kind, number: int) -> list[Due]:
    """So many requests of one kind, each as soon as a connection is free. Of whole heartbeats one for each device, the spare ones too."""
    spent = kind in {"finding", "backlog"}
    first = 0 if kind == "whole" else SPARE
    return [Due(0.0, n, kind) for n in (fleet.spare(number) if spent else range(first, first + number))]


def signed(template: Template, given: str | None, due: Sequence[Due]) -> list[Request]:
    """The requests, each signed by its device now: a signature is good for two minutes. `given`: the log's checkpoint of the day."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        times = map(Ms, count(now()))  # a device's two heartbeats of one millisecond would be one
        return list(pool.map(partial(_request, template, given), due, times, chunksize=max(1, len(due) // 64)))


def ready(template: Template, given: str | None, due: Sequence[Due]) -> list[bytes]:
    """The same as they travel, to be sent at once."""
    return [request.raw() for request in signed(template, given, due)]


def send(port: int, due: Sequence[Due], wire: list[bytes], seconds: float) -> Stretch:
    """Send each at its instant, the earliest first, over connections that stay open as a proxy's do."""
    with ProcessPoolExecutor(1) as apart:
        played = apart.submit(_play, port, [one.at for one in due], wire, seconds + PATIENCE_S)
        answers, took_s, client_s = played.result()
    sent = [Sent(one, *answer) for one, answer in zip(due, answers, strict=True)]
    wrong = {(one.due.kind, one.status) for one in sent if not one.is_served and one.status not in OVERLOADED}
    if wrong:
        raise NotMeasured(f"ingest answered {sorted(wrong)}")
    return Stretch(sent, took_s, client_s)


def _drawn(
    fleet: Fleet,
    seed: int,
    *,
    beats: float,
    whole: float,
    polls: float,
    findings: float,
    backlogs: float,
    over: float,
) -> list[Due]:
    chance = random.Random(seed)  # noqa: S311 - a simulation
    start = chance.randrange(fleet.beating)
    turn = count(start)
    kinds: list[tuple[Kind, list[int]]] = [
        ("beat", [_beating(fleet, next(turn)) for _ in range(round(beats))]),
        ("whole", [_beating(fleet, next(turn)) for _ in range(round(whole))]),
        ("poll", [_beating(fleet, next(turn)) for _ in range(round(polls))]),
        ("finding", fleet.spare(round(findings))),
        ("backlog", fleet.spare(round(backlogs))),
    ]
    due = [Due(chance.uniform(0, over), n, kind) for kind, devices in kinds for n in devices]
    return sorted(due, key=lambda one: one.at)


def _beating(fleet: Fleet, n: int) -> int:
    return SPARE + n % fleet.beating


def _request(template: Template, given: str | None, due: Due, at: Ms) -> Request:
    if due.kind in {"beat", "whole", "poll"}:
        return _without_leaves(template.beating(due.n), template, given, due.kind, at)
    device, profile = template.holding(due.n)
    for _ in range(KEPT if due.kind == "backlog" else 1):
        device.disclose(profile)
    return as_sent(device.send(1), device)


def _without_leaves(device: FakeDevice, template: Template, given: str | None, kind: Kind, at: Ms) -> Request:
    if kind == "poll":
        asked = as_sent(device.ask_profile(), device)
        known = {"If-None-Match": beat.known_as(template.keys, template.digest)}
        return replace(asked, headers=asked.headers | known)
    made = device.heartbeat() if kind == "whole" else device.beat(template.keys, at=at, log_checkpoint=given)
    return as_sent(made, device)


type _Answer = tuple[float, int, float, int]


def _play(port: int, at: list[float], wire: list[bytes], within: float) -> tuple[list[_Answer], float, float]:
    """Send each at its instant. Seconds, status (0: none in time), end and bytes of each; how long all took; this process's own time."""
    found: list[_Answer] = [(float("inf"), 0, 0.0, 0)] * len(wire)
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
                status, size = _answer(line)
            except OSError:
                line.close()
                line, status, size = _line(port, place), 0, 0
            found[number] = (time.monotonic() - began - at[number], status, time.time(), len(wire[number]) + size)

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


def _answer(line: socket.socket) -> tuple[int, int]:
    """Read one answer whole: its status and its length."""
    answer = b""
    while not is_whole(answer):
        part = line.recv(1 << 16)
        if not part:
            raise ConnectionError("the connection was closed")
        answer += part
    return int(answer.split(b" ", 2)[1]), len(answer)
