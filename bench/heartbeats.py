"""heartbeats.of_goal: signed heartbeats of many devices through ingest over real HTTP, as a share of 1,500 a second on two cores.

A heartbeat is a batch without leaves: what a fleet sends all day. 1,500 a second are 450,000 devices that are heard each five minutes. The
devices have sent a leaf before. Their heartbeats are signed beforehand, and the client does little more than send and receive, for it runs
on the same cores as ingest and PostgreSQL.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from statistics import median
from typing import Final

from bench.ground import Ground, inside, percentile, serving
from bench.intake import ASK, WORKERS, Office, as_sent, office
from bench.requests import Request, stream
from bench.result import Found
from tests.integration.ingest.arrange import Case
from tests.support.fake_device import FakeDevice

GOAL_PER_S: Final = 1500
DEVICES: Final = 200
BEATS: Final = 15  # of each device and round
ROUNDS: Final = 3
CLIENTS: Final = 8
PROFILED: Final = 200


def measure(ground: Ground) -> Found:
    """Rounds of heartbeats, each of all devices; the median of their rates."""
    with office(ground) as at:
        devices = _devices(at, DEVICES)
        rates, seconds = [], list[float]()
        with serving("offmon.server.faces.ingest.wsgi", at.environment, at.port, ask=ASK, workers=WORKERS):
            _send(at, [[as_sent(one.send(), one)] for one in devices])
            for _ in range(ROUNDS):
                queues = [[as_sent(one.heartbeat(), one) for _ in range(BEATS)] for one in devices]
                began = time.perf_counter()
                seconds += _send(at, queues)
                rates.append(DEVICES * BEATS / (time.perf_counter() - began))
    return Found(
        ratios={"heartbeats.of_goal": median(rates) / GOAL_PER_S},
        figures={
            "heartbeats.per_s": median(rates),
            "heartbeats.p50_ms": 1000 * percentile(seconds, 0.5),
            "heartbeats.p95_ms": 1000 * percentile(seconds, 0.95),
            "heartbeats.bytes": len(queues[0][0].raw()),
        },
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of ingest, its HTTP server left out."""
    with office(ground) as at:
        [device] = _devices(at, 1)
        beats = [as_sent(device.heartbeat(), device) for _ in range(PROFILED)]
        return inside("ingest", at.environment, [as_sent(device.send(), device), *beats])


def _devices(at: Office, count: int) -> list[FakeDevice]:
    """New devices of one case, each with a note in its journal."""
    case = Case(at.agency).stand()
    devices = [case.enrolled(at.url) for _ in range(count)]
    for device in devices:
        device.note()
    return devices


def _send(at: Office, queues: Sequence[Sequence[Request]]) -> list[float]:
    """Each client its share of the devices, one after the other over one connection, as a load balancer's connections are."""
    shares = [list(chain(*queues[n::CLIENTS])) for n in range(CLIENTS)]
    raw = [[one.raw() for one in share] for share in shares]
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(chain(*pool.map(partial(stream, at.port), raw)))
