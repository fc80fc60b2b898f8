"""fleet: what many devices ask of one machine, what that costs, and what breaks first.

Measured, over real HTTP and with real signatures, on ingest (two workers), worker, witness and a durable PostgreSQL as processes:
- What one request of each kind costs by itself, and what the worker does of a device each day.
- An hour of the smallest fleet, sent within a minute: whether what ingest takes of it is what the single costs add up to.
- At 1,000, 10,000 and 100,000 devices that lie in the database: half a minute of the requests that so many cause, at random instants.
  A device beats each five minutes, once a day at full length, and asks for its profile each three hours. One in a hundred has a finding an
  hour. One in a thousand is away for a day, each day, and comes back with what it kept. A stretch has ten findings and one such device at
  least.
- The ramp: ten seconds at the rate of more and more devices, until the p95 is over a second, or requests or findings are left waiting.
- Ten seconds of the rush after an outage of an hour: every device is back within two and a half minutes, each beats at full length and
  asks for its profile, and has kept what it found.
- Half a minute after midnight: the largest fleet asks as ever, while the worker notes of each device that it was heard on a new day.

Computed: cost and bytes of a device-year, which are each kind's cost times how often it happens; at how many such devices all cores, or
the worker's one thread, would be full; and how long the rush and the noting of a day last.

Not simulated: an hour of the larger fleets in full, which would take half an hour; what a year leaves in the tables; TLS and the proxy; the
agent itself; a network's delays; and a second machine. Staff who read meanwhile are `pages` and `availability`.

Set-up writes the devices' rows straight (`devices.py`). Those that beat are the first thousand, again and again: their day is noted
already, as it is for most of a day. A latency counts from the instant at which the request was due. Processor time is each process's
own, from /proc. The client runs on the same machine: it signs before a stretch and only sends during it; its own time stands beside. It
waits twenty seconds for an answer: a p95 of two minutes says that more than one in twenty got none.

OFFMON_BENCH_FLEET=1000,10000 has smaller fleets alone.
"""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from uuid import UUID

from bench.fleet import traffic, year
from bench.fleet.costs import Cost
from bench.fleet.devices import case_of
from bench.fleet.office import Office, office
from bench.fleet.traffic import Due, Kind
from bench.fleet.year import Part
from bench.ground import Ground, inside, percentile
from bench.result import Found, NotMeasured

SIZES: Final = tuple(map(int, os.environ.get("OFFMON_BENCH_FLEET", "1000,10000,100000").split(",")))
STRETCH_S: Final = 30.0
STEP_S: Final = 10.0
STEPS: Final = (50_000, 100_000, 150_000, 200_000, 250_000, 300_000, 350_000, 400_000, 500_000, 600_000)
"""The ramp: as many devices' rate."""
GOAL: Final = 100_000
SLOW_S: Final = 1.0
LAG_S: Final = 2.0
ALONE: Final[Mapping[Kind, int]] = {"beat": 1000, "poll": 300, "finding": 100, "backlog": 10}
HOUR_WITHIN_S: Final = 60.0
INSIDE: Final = 40
WAIT_S: Final = 120.0
REST_S: Final = 600.0
QUIET: Final = 0.4  # of a core: what the worker takes that has nothing to do is less
SEED: Final = 21
LAGS: Final = 'select "case", min(opened_at) from triage_alert group by "case"'
DAYS_NOTED: Final = "audit_entry where verb = 'device.day'"
HEARD_TODAY: Final = "update intake_liveness set beat_at = heard_at where beat_at is null"
NO_HOURS: Final = (
    'deployments_device one where not exists (select from intake_hours hours where hours."case" = one."case")'
)
WAITING: Final = (
    "audit_entry entry where not exists (select from audit_sequenced place where place.entry_id = entry.id)"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a stretch. `lag_s`: p95 from a finding's receipt to its alert; `unplaced`: entries without a place at its end."""

    asked_per_s: float
    served_per_s: float
    served: float
    p95_s: float
    lag_s: float
    unplaced: int
    took_s: float
    cores: Mapping[str, float]

    @property
    def holds(self) -> bool:
        """Whether all was answered in time."""
        return self.first_late is None

    @property
    def first_late(self) -> str | None:
        """What was not in time, if anything."""
        if self.served < 1 or self.p95_s > SLOW_S:
            return "answers"
        return "alerts" if self.lag_s > LAG_S else None

    @property
    def most_used(self) -> str:
        """The process that took most of the machine."""
        return max((name for name in self.cores if name != "client"), key=lambda name: self.cores[name])

    def figures(self, name: str) -> dict[str, float]:
        """The same, to be kept."""
        of_each = {f"{name}.cores.{process}": share for process, share in self.cores.items()}
        return {
            f"{name}.asked_per_s": self.asked_per_s,
            f"{name}.served": self.served,
            f"{name}.p95_ms": 1000 * min(self.p95_s, WAIT_S),
            f"{name}.finding_to_alert_p95_s": self.lag_s,
            f"{name}.unplaced_entries": self.unplaced,
            **of_each,
        }


def measure(ground: Ground) -> Found:
    """Each kind alone, an hour, sizes, ramp, rush and midnight."""
    with office(ground) as at, at.serving():
        if "postgres" not in at.processes:
            raise NotMeasured("the processor time of a server that somebody else runs is not to be seen")
        at.fleet.fill(at.superuser, SIZES[0])
        parts = _parts_without_worker(at)
        begun = at.cost()
        with at.working():
            _wait(at, DAYS_NOTED, at.fleet.made + 1)  # the first device beats too, to be given a checkpoint
            _wait(at, NO_HOURS, 0)
            parts["day"] = Part(at.fleet.made, _quiet(at, begun))
            say(f"a device's day: {parts['day'].cpu_ms:.1f} ms of processor time, {parts['day'].bytes:,.0f} bytes")
            parts |= {kind: _alone(at, kind) for kind in ("finding", "backlog")}
            hour = _hour(at, parts)
            seen = dict[int, Seen]()
            for size in SIZES:
                at.fleet.fill(at.superuser, size)
                _quiet(at, begun)
                seen[size] = _seen(at, traffic.usual(at.fleet, size, STRETCH_S, SEED), STRETCH_S, f"{size:,} devices")
            steps = _ramp(at)
            rush = _seen(at, traffic.rush(at.fleet, SIZES[-1], STEP_S, SEED), STEP_S, f"rush of {SIZES[-1]:,}")
            midnight = _midnight(at)
    found = {f"growth.at_{size}": of for size, of in _growth(seen)}
    found |= {key: value for size, one in seen.items() for key, value in one.figures(f"at_{size}").items()}
    found |= rush.figures("rush") | {"rush.lasts_s": traffic.RUSH_S * max(1, rush.asked_per_s / rush.served_per_s)}
    of_year = year.figures(parts)
    say(
        f"a device-year: {of_year['year.requests']:,.0f} requests, {of_year['year.cpu_s']:.0f} s of processor time,"
        f" {of_year['year.bytes'] / 1e6:.1f} MB kept, {of_year['year.line_bytes'] / 1e6:.0f} MB sent, {of_year['pence']:.2f} pence:"
        f" {', '.join(f'{what} {of_year[f"pence.{what}"]:.2f}' for what in ('cores', 'storage', 'line'))}"
    )
    return Found(_ratios(seen, steps), _limits(steps) | found | hour | midnight | of_year)


def hottest(ground: Ground) -> list[str]:
    """A profile of ingest over a fleet's requests, its HTTP server left out."""
    with office(ground) as at:
        with at.serving():
            at.fleet.fill(at.superuser, INSIDE)
        due = [*traffic.alone(at.fleet, "beat", INSIDE), *traffic.alone(at.fleet, "finding", max(1, INSIDE // 20))]
        return inside("ingest", at.environment, traffic.signed(at.fleet.template, None, due))


def say(words: str) -> None:
    """Print a line at once: a run takes minutes."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _parts_without_worker(at: Office) -> dict[str, Part]:
    """Of each device a heartbeat, so that each has a day to be noted; and polls."""
    return {"whole": _alone(at, "whole", at.fleet.made), "beat": _alone(at, "beat"), "poll": _alone(at, "poll")}


def _alone(at: Office, kind: Kind, number: int | None = None) -> Part:
    """What one of a kind costs; of a finding, with its alert and its entries' places."""
    due = traffic.alone(at.fleet, kind, number or ALONE[kind])
    wire, begun = traffic.ready(at.fleet.template, at.given(), due), at.cost()
    sent = traffic.send(at.port, due, wire, WAIT_S)
    if len(sent.served) < len(due):
        raise NotMeasured("requests of one kind, one after another, were not all answered")
    if "worker" in at.processes:
        cases = ", ".join(f"'{UUID(case_of(one.n))}'" for one in due)
        _wait(at, f'triage_alert where "case" in ({cases})', len(due))
        _wait(at, WAITING, 0)
    part = Part(len(due), at.cost().since(begun), sum(one.bytes for one in sent.sent))
    say(f"one {kind}: {part.cpu_ms:.1f} ms of processor time, {part.bytes:,.0f} bytes")
    return part


def _quiet(at: Office, begun: Cost) -> Cost:
    """What was used since, once the worker has little to do, or after a minute, where other load makes that look like much."""
    used = at.cost().cpu["worker"]
    for _ in range(15):
        time.sleep(4)
        before, used = used, at.cost().cpu["worker"]
        if used - before < 4 * QUIET:
            break
    _wait(at, WAITING, 0)
    return at.cost().since(begun)


def _hour(at: Office, parts: Mapping[str, Part]) -> dict[str, float]:
    """An hour of the smallest fleet, within a minute; and what ingest took of it, against its requests' single costs."""
    due = traffic.usual(at.fleet, SIZES[0], traffic.HOUR_S, SEED, HOUR_WITHIN_S)
    seen = _seen(at, due, HOUR_WITHIN_S, f"an hour of {SIZES[0]:,} devices within a minute")
    computed = sum(parts[one.kind].cost.cpu["ingest"] / parts[one.kind].times for one in due)
    of_computed = seen.cores["ingest"] * seen.took_s / computed
    return seen.figures("hour") | {"hour.requests": len(due), "hour.ingest_of_computed": of_computed}


def _midnight(at: Office) -> dict[str, float]:
    """The largest fleet asks as ever, while the worker notes of all its devices that they were heard on a day."""
    noted = at.count(DAYS_NOTED)
    at.superuser.execute(HEARD_TODAY)
    until = time.monotonic() + WAIT_S
    while at.count(DAYS_NOTED) == noted:
        if time.monotonic() > until:
            raise NotMeasured("the worker noted no device's day")
        time.sleep(0.2)
    noted, began = at.count(DAYS_NOTED), time.monotonic()
    seen = _seen(at, traffic.usual(at.fleet, SIZES[-1], STRETCH_S, SEED + 1), STRETCH_S, f"midnight of {SIZES[-1]:,}")
    days, took_s = at.count(DAYS_NOTED) - noted, time.monotonic() - began
    return seen.figures("midnight") | {
        "midnight.days_noted_per_s": days / took_s,
        "midnight.lasts_s": SIZES[-1] * took_s / max(1, days),
    }


def _ramp(at: Office) -> dict[int, Seen]:
    """What was seen at each rate, until one does not hold twice: once may be the machine's other load."""
    steps = dict[int, Seen]()
    for as_if in STEPS:
        for _ in range(2):
            steps[as_if] = _seen(at, traffic.usual(at.fleet, as_if, STEP_S, as_if), STEP_S, f"the rate of {as_if:,}")
            if steps[as_if].holds:
                break
        else:
            break
    return steps


def _seen(at: Office, due: list[Due], seconds: float, what: str) -> Seen:
    wire, begun = traffic.ready(at.fleet.template, at.given(), due), at.cost()
    stretch = traffic.send(at.port, due, wire, seconds)
    unplaced, cost = at.count(WAITING), at.cost().since(begun)
    cores = {name: used / stretch.took_s for name, used in cost.cpu.items()}
    seen = Seen(
        asked_per_s=len(due) / seconds,
        served_per_s=len(stretch.served) / stretch.took_s,
        served=len(stretch.served) / len(due),
        p95_s=percentile(stretch.latencies(), 0.95),
        lag_s=percentile(_lags(at, stretch.served), 0.95),
        unplaced=unplaced,
        took_s=stretch.took_s,
        cores=cores | {"client": stretch.client_s / stretch.took_s},
    )
    say(
        f"{what}: {seen.asked_per_s:.0f} requests a second asked, {100 * seen.served:.1f} % served, p95 {1000 * seen.p95_s:.0f} ms,"
        f" finding to alert {seen.lag_s:.1f} s, {unplaced} entries without a place;"
        f" cores: {', '.join(f'{name} {share:.2f}' for name, share in seen.cores.items())}"
    )
    return seen


def _lags(at: Office, served: list[traffic.Sent]) -> list[float]:
    """From each finding's receipt to its alert. Those of which there is none within two minutes count as that."""
    ended = {case_of(one.due.n): one.ended for one in served if one.due.kind in {"finding", "backlog"}}
    until, opened = time.monotonic() + WAIT_S, dict[str, int]()
    while time.monotonic() < until and not set(ended) <= set(opened):
        opened = {case.hex: at_ms for case, at_ms in at.superuser.execute(LAGS).fetchall()}
        time.sleep(0.2)
    return [opened[case] / 1000 - at_s if case in opened else WAIT_S for case, at_s in ended.items()] or [WAIT_S]


def _wait(at: Office, what: str, number: int) -> None:
    until = time.monotonic() + REST_S
    while (found := at.count(what)) != number:
        if time.monotonic() > until:
            raise NotMeasured(f"{found} and not {number} after {REST_S:.0f} s: {what[:60]}")
        time.sleep(0.2)


def _each(one: Seen, devices: int) -> float:
    """Processor time that a device takes, as a share of a core."""
    return sum(share for name, share in one.cores.items() if name != "client") / devices


def _ratios(seen: Mapping[int, Seen], steps: Mapping[int, Seen]) -> dict[str, float]:
    sizes = sorted(seen)
    growth = [of for _, of in _growth(seen)]
    return {
        "fleet.of_100000": max((size for size, one in steps.items() if one.holds), default=0) / GOAL,
        "fleet.growth": max(growth, default=1.0),
        "fleet.queue_lag": seen[sizes[-1]].lag_s / LAG_S,
    }


def _growth(seen: Mapping[int, Seen]) -> list[tuple[int, float]]:
    """Of each larger size, the processor time that a device takes, against the size before: 1 where a fleet costs by its devices alone."""
    return [(more, _each(seen[more], more) / _each(seen[less], less)) for less, more in pairwise(sorted(seen))]


def _limits(steps: Mapping[int, Seen]) -> dict[str, float]:
    """What was measured of the ramp."""
    last = max(steps)
    late = steps[last].first_late
    say(
        f"{late} are late first, at {last:,} devices; most is used by {steps[last].most_used}"
        if late
        else "nothing broke"
    )
    return {
        "ramp.holds_at_devices": max((size for size, one in steps.items() if one.holds), default=0),
        "ramp.breaks_at_devices": last if not steps[last].holds else 0,
        **steps[last].figures("ramp.last"),
    }
