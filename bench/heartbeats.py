"""heartbeats.of_goal: signed short heartbeats of many devices through ingest over real HTTP, as a share of 1,500 a second on two cores.

A short heartbeat is what a fleet sends all day. 1,500 a second are 450,000 devices that are heard each five minutes. The devices have sent
a leaf before. Their heartbeats are signed beforehand, and the client does little more than send and receive, for it runs on the same cores
as ingest and PostgreSQL. The figures of a whole heartbeat, a batch without leaves, stand beside.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from statistics import median
from typing import Final

import psycopg

from bench.fleet.office import newest_keys
from bench.ground import Ground, inside, percentile, serving
from bench.intake import ASK, WORKERS, Office, as_sent, office
from bench.requests import Request, stream
from bench.result import Found
from offmon.core.ids import Digest, Ms
from offmon.server.base.clock import now
from tests.integration.ingest.arrange import Case
from tests.support.fake_device import FakeDevice

GOAL_PER_S: Final = 1500
DEVICES: Final = 200
BEATS: Final = 15  # of each device and round
ROUNDS: Final = 3
CLIENTS: Final = 8
PROFILED: Final = 200


def measure(ground: Ground) -> Found:
    """Rounds of both kinds by turns, each of all devices; the median of their rates."""
    with office(ground) as at:
        devices, keys = _devices(at, DEVICES), _keys(at)
        rates, seconds, sizes = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list), {}
        with serving("offmon.server.faces.ingest.wsgi", at.environment, at.port, ask=ASK, workers=WORKERS):
            _send(at, [[as_sent(one.send(), one)] for one in devices])
            for kind in ("heartbeats", "whole") * ROUNDS:
                queues = [_beats(one, keys, short=kind == "heartbeats") for one in devices]
                began = time.perf_counter()
                seconds[kind] += _send(at, queues)
                rates[kind].append(DEVICES * BEATS / (time.perf_counter() - began))
                sizes[kind] = len(queues[0][0].raw())
    return Found(
        ratios={"heartbeats.of_goal": median(rates["heartbeats"]) / GOAL_PER_S},
        figures={
            name: value
            for kind in rates
            for name, value in (
                (f"{kind}.per_s", median(rates[kind])),
                (f"{kind}.p50_ms", 1000 * percentile(seconds[kind], 0.5)),
                (f"{kind}.p95_ms", 1000 * percentile(seconds[kind], 0.95)),
                (f"{kind}.bytes", sizes[kind]),
            )
        },
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of ingest, its HTTP server left out."""
    with office(ground) as at:
        [device] = _devices(at, 1)
        beats = _beats(device, _keys(at), short=True, count=PROFILED)
        return inside("ingest", at.environment, [as_sent(device.send(), device), *beats])


def _keys(at: Office) -> Digest:
    with psycopg.connect(at.database.server.superuser_url, dbname=at.database.name) as superuser:
        return newest_keys(superuser)


def _beats(device: FakeDevice, keys: Digest, *, short: bool, count: int = BEATS) -> list[Request]:
    """Some of one device. Each short one has a millisecond of its own, since its nonce is made of what it says."""
    if not short:
        return [as_sent(device.heartbeat(), device) for _ in range(count)]
    began = now()
    return [as_sent(device.beat(keys, at=Ms(began + n)), device) for n in range(count)]


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
