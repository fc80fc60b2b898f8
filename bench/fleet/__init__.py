"""fleet: what many devices ask of one machine, what that costs, and what breaks first.

Measured, over real HTTP and with real signatures, on ingest (two workers), worker, witness and a durable PostgreSQL as processes:
- At 1,000, 10,000 and 100,000 devices that lie in the database: half a minute of the requests that so many devices cause, at random
  instants. A device beats each five minutes and asks for its profile each fifty. One in a hundred has a finding an hour. One in a thousand
  is away for a day, each day, and comes back with what it kept. A stretch has ten findings and one such device at least.
- The rush after an outage of an hour: every device is back within two and a half minutes, each beats, asks for its profile, and has kept
  what it found.
- The ramp: ten seconds at the rate of more and more devices, until the p95 is over a second, or requests or findings are left waiting.
- What one request of each kind costs by itself.

A latency counts from the instant at which the request was due. Processor time is each process's own, from /proc. Computed: cost and bytes
of a device-year, which are each kind's cost times how often it happens. The client runs on the same machine: it signs before a stretch and
only sends during it, and its processor time is printed beside.
"""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bench.fleet import traffic, year
from bench.fleet.costs import Cost
from bench.fleet.devices import case_of
from bench.fleet.office import Office, office
from bench.fleet.traffic import Due, Kind, Stretch
from bench.fleet.year import Part
from bench.ground import Ground, inside, percentile
from bench.result import Found, NotMeasured

SIZES: Final = (1_000, 10_000, 100_000)
STRETCH_S: Final = 30.0
RUSH_S: Final = 10.0
STEP_S: Final = 10.0
STEPS: Final = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
"""The ramp: times as many devices as the largest fleet has."""
SLOW_S: Final = 1.0
LAG_S: Final = 10.0
ALONE: Final[Mapping[Kind, int]] = {"beat": 1000, "poll": 300, "finding": 200, "backlog": 20}
INSIDE: Final = 40
WAIT_S: Final = 120.0
SEED: Final = 21
LAGS: Final = 'select "case", min(opened_at) from triage_alert group by "case"'
WAITING: Final = (
    "audit_entry entry where not exists (select from audit_sequenced place where place.entry_id = entry.id)"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a stretch. `lag_s`: p95 from a finding's receipt to its alert; `unplaced`: entries without a place at its end."""

    asked_per_s: float
    p50_s: float
    p95_s: float
    served: float
    in_time: float
    lag_s: float
    unplaced: int
    cost: Cost
    client_s: float
    seconds: float

    @property
    def breaks(self) -> str | None:
        """What does not hold any more, if something does not."""
        if self.served < 1:
            return f"{100 * (1 - self.served):.1f} % of the requests are not answered in time"
        if self.p95_s > SLOW_S:
            return f"the p95 is {self.p95_s:.1f} s"
        return f"findings wait {self.lag_s:.0f} s for their alerts" if self.lag_s > LAG_S else None

    @property
    def cores(self) -> dict[str, float]:
        """The share of one core that each process used."""
        return {name: used / self.seconds for name, used in self.cost.cpu.items()}


def measure(ground: Ground) -> Found:
    """Each kind alone, sizes, rush and ramp."""
    with office(ground) as at, at.serving():
        before, made = at.cost(), at.fleet.made
        at.fleet.fill(at.superuser, SIZES[0])
        rows = {SIZES[0]: _grown(at, before) / (at.fleet.made - made)}
        parts = _parts(at)
        with at.working():
            seen = {SIZES[0]: _at_size(at, SIZES[0])}
            for size in SIZES[1:]:
                before, made = at.cost(), at.fleet.made
                at.fleet.fill(at.superuser, size)
                rows[size] = _grown(at, before) / (at.fleet.made - made)
                seen[size] = _at_size(at, size)
            rushed = _seen(at, traffic.rush(at.fleet, SIZES[-1], RUSH_S, SEED), RUSH_S, f"rush of {SIZES[-1]:,}")
            first, steps = _ramp(at, SIZES[-1])
            say(f"What breaks first: {first}.")
    return Found(_ratios(seen, rows), _figures(seen, rows, rushed, steps, SIZES[-1]) | year.figures(parts))


def hottest(ground: Ground) -> list[str]:
    """A profile of ingest over a fleet's requests, its HTTP server left out."""
    with office(ground) as at:
        with at.serving():
            at.fleet.fill(at.superuser, INSIDE)
        due = [*traffic.alone(at.fleet, "beat", INSIDE), *traffic.alone(at.fleet, "finding", max(1, INSIDE // 20))]
        return inside("ingest", at.environment, traffic.signed(at.fleet.template, due))


def say(words: str) -> None:
    """Print a line at once: a run takes minutes."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _parts(at: Office) -> dict[str, Part]:
    """What one of each kind costs. The day's entries of those that beat are the worker's, and so is what follows a finding."""
    kinds: tuple[Kind, ...] = ("beat", "poll")
    parts: dict[str, Part] = {kind: _alone(at, kind) for kind in kinds}
    with at.working():
        begun = at.cost()
        _wait(at, "audit_entry where verb = 'device.day'", ALONE["beat"])
        parts["day"] = Part(ALONE["beat"], _settled(at, begun))
        parts["finding"], parts["backlog"] = _alone(at, "finding"), _alone(at, "backlog")
    return parts


def _alone(at: Office, kind: Kind) -> Part:
    due = traffic.alone(at.fleet, kind, ALONE[kind])
    wire, begun = traffic.ready(at.fleet.template, due), at.cost()
    _check_all(traffic.send(at.port, due, wire, WAIT_S))
    if "worker" in at.processes:
        cases = [case_of(one.n) for one in due]
        _wait(at, f'triage_alert where "case" in ({", ".join(f"'{UUID(case)}'" for case in cases)})', len(cases))
    part = Part(len(due), _settled(at, begun))
    say(f"one {kind}: {part.cpu_ms:.1f} ms of processor time, {part.bytes:,.0f} bytes")
    return part


def _settled(at: Office, begun: Cost) -> Cost:
    """What was used since, once every entry has its place, if somebody gives places."""
    if "worker" in at.processes:
        _wait(at, WAITING, 0)
    return at.cost().since(begun)


def _at_size(at: Office, size: int) -> Seen:
    time.sleep(2 * LAG_S)  # the worker looks at all of them once
    return _seen(at, traffic.usual(at.fleet, size, STRETCH_S, SEED + size), STRETCH_S, f"{size:,} devices")


def _ramp(at: Office, devices: int) -> tuple[str, dict[float, Seen]]:
    """What breaks first, in words, and what was seen at each number of devices until then."""
    steps = dict[float, Seen]()
    for times in STEPS:
        as_if = round(times * devices)
        due = traffic.usual(at.fleet, as_if, STEP_S, SEED + as_if)
        steps[times] = seen = _seen(at, due, STEP_S, f"the rate of {as_if:,}")
        if seen.breaks is not None:
            busiest = max(seen.cores, key=lambda name: seen.cores[name])
            return f"at the rate of {as_if:,} devices {seen.breaks}; {busiest} uses most", steps
    return "nothing", steps


def _seen(at: Office, due: list[Due], seconds: float, what: str) -> Seen:
    wire, begun = traffic.ready(at.fleet.template, due), at.cost()
    stretch = traffic.send(at.port, due, wire, seconds)
    unplaced = at.count(WAITING)
    cost = at.cost().since(begun)
    waits = stretch.latencies()
    seen = Seen(
        asked_per_s=len(due) / seconds,
        p50_s=percentile(waits, 0.5),
        p95_s=percentile(waits, 0.95),
        served=len(stretch.served) / len(due),
        in_time=sum(wait <= SLOW_S for wait in waits) / len(due),
        lag_s=percentile(_lags(at, stretch), 0.95),
        unplaced=unplaced,
        cost=cost,
        client_s=stretch.client_s,
        seconds=stretch.took_s,
    )
    cores = ", ".join(f"{name} {share:.2f}" for name, share in seen.cores.items())
    say(
        f"{what}: {seen.asked_per_s:.0f} requests a second asked, {100 * seen.served:.1f} % served, p95 {1000 * seen.p95_s:.0f} ms,"
        f" finding to alert {seen.lag_s:.1f} s, {unplaced} entries without a place;"
        f" cores: {cores}, client {seen.client_s / seen.seconds:.2f}"
    )
    return seen


def _lags(at: Office, stretch: Stretch) -> list[float]:
    """From each finding's receipt to its alert. Those of which there is none within two minutes count as that."""
    ended = {case_of(one.due.n): one.ended for one in stretch.served if one.due.kind in {"finding", "backlog"}}
    until, opened = time.monotonic() + WAIT_S, dict[str, int]()
    while time.monotonic() < until and not set(ended) <= set(opened):
        opened = {case.hex: at_ms for case, at_ms in at.superuser.execute(LAGS).fetchall()}
        time.sleep(0.2)
    return [opened[case] / 1000 - at_s if case in opened else WAIT_S for case, at_s in ended.items()]


def _wait(at: Office, what: str, number: int) -> None:
    until = time.monotonic() + WAIT_S
    while (found := at.count(what)) != number:
        if time.monotonic() > until:
            raise NotMeasured(f"{found} and not {number} after {WAIT_S:.0f} s: {what[:60]}")
        time.sleep(0.1)


def _check_all(stretch: Stretch) -> None:
    if len(stretch.served) < len(stretch.sent):
        raise NotMeasured("requests of one kind, one after another, were not all answered")


def _grown(at: Office, before: Cost) -> float:
    return float(sum(at.cost().since(before).bytes.values()))


def _ratios(seen: Mapping[int, Seen], rows: Mapping[int, float]) -> dict[str, float]:
    small, large = min(seen), max(seen)
    cpu = {size: one.cost.cpu_s / one.seconds / size for size, one in seen.items()}
    most = seen[large]
    return {
        "fleet.served": most.served if most.p95_s <= SLOW_S else min(most.served, most.in_time),
        "fleet.linear": max(cpu[large] / cpu[small], rows[large] / rows[small]),
    }


def _figures(
    seen: Mapping[int, Seen], rows: Mapping[int, float], rushed: Seen, steps: Mapping[float, Seen], devices: int
) -> dict[str, float]:
    held = [times for times, one in steps.items() if one.breaks is None]
    broken = [times for times, one in steps.items() if one.breaks is not None]
    found: dict[str, float] = {
        "fleet.holds_at_devices": devices * max(held, default=1.0),
        "fleet.breaks_at_devices": devices * min(broken, default=float("inf")),
    }
    of_each = {f"at_{size}": one for size, one in seen.items()} | {"rush": rushed}
    for name, one in of_each.items():
        found |= {
            f"{name}.asked_per_s": one.asked_per_s,
            f"{name}.p50_ms": 1000 * one.p50_s,
            f"{name}.p95_ms": 1000 * one.p95_s,
            f"{name}.finding_to_alert_p95_s": one.lag_s,
            f"{name}.unplaced_entries": one.unplaced,
            **{f"{name}.cores.{process}": share for process, share in one.cores.items()},
            f"{name}.cores.client": one.client_s / one.seconds,
        }
    return found | {f"at_{size}.bytes_a_device_at_rest": size_of for size, size_of in rows.items()}
