"""Every read of devices that need someone to look after them, and of how their days were spent.

Inside the scope that is open; the caller writes the consultations, except where it says otherwise.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Max

from offmon.core import clock as time
from offmon.core.bundle.ungranted import Ungranted
from offmon.core.clock import DAY_MS
from offmon.core.formats import canon, codec
from offmon.core.formats.event import DeviceNote, Gap, GapLeaf, GapReason
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.hours import Spent
from offmon.core.person.coverage import Undeclared
from offmon.core.person.gap_class import NEAR_MS, Classed, Down, classed
from offmon.core.person.heard import folded
from offmon.core.person.ledger import LedgerDay
from offmon.core.person.stopped import (
    HIDDEN_WITHIN_MS,
    DeviceKnown,
    DeviceTask,
    Found,
    TaskKind,
    silent_since,
    tasks_of,
)
from offmon.server.agencies import queries as agencies
from offmon.server.base.columns import column_key
from offmon.server.deployments.queries.in_use import DeviceInUse, DeviceTime, in_use
from offmon.server.intake import models
from offmon.server.intake.devices.models import DeviceFinding
from offmon.server.intake.devices.queries.hours import FURTHEST_MS, down_since, offsets_of, signs_between, spent_by
from offmon.server.intake.models import Held
from offmon.server.intake.queries import MAX_DOCUMENT

LEDGER_DAYS: Final = 28
_COPIED: Final = ("heard_at", "stopped_at", "removed_at", "clock_off_since", "release", "release_since")


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task about a device. `owner`: who keeps the case, by name; None where nobody does. `heard_at` None: never."""

    case: Id
    device: Id
    task: DeviceTask
    owner: str | None
    heard_at: Ms | None
    stopped_at: Ms | None
    lease_until: Ms | None


@dataclass(frozen=True, slots=True)
class FindingView:
    """What somebody found of a device."""

    device: Id
    task: TaskKind
    found: Found
    text: str
    source: str
    found_by: Id
    found_at: Ms


@dataclass(frozen=True, slots=True)
class DeviceDays:
    """A device in use: when it was last heard and last covered, and how each of its last days was spent, the newest last."""

    device: DeviceInUse
    known: DeviceKnown
    covered_at: Ms | None
    days: tuple[LedgerDay, ...]


def tasks_waiting(at: Ms) -> list[TaskView]:
    """The tasks about devices of the actor's caseload, the most pressing first, and of one sort the soonest due."""
    return _tasks(in_use(), at)


def tasks_of_case(case: Id, at: Ms) -> list[TaskView]:
    """The tasks about the devices of a case, in the same order."""
    return _tasks(in_use(case), at)


def state_of_case(case: Id, at: Ms) -> tuple[Ms | None, list[TaskView]]:
    """`quiet` and `tasks_of_case` of one case, whose devices are read once for both."""
    devices = in_use(case)
    known, down = _known(devices, at), down_since(Ms(at - FURTHEST_MS), at)
    return _quiet(devices, known, down, at).get(case), _tasks_from(devices, known, down, at)


def _tasks(devices: Sequence[DeviceInUse], at: Ms) -> list[TaskView]:
    return _tasks_from(devices, _known(devices, at), down_since(Ms(at - FURTHEST_MS), at), at)


def _tasks_from(
    devices: Sequence[DeviceInUse], known: Mapping[Id, DeviceKnown], down: Sequence[Down], at: Ms
) -> list[TaskView]:
    newest = newest_release()
    owners = agencies.keepers_of({one.case for one in devices}, at)
    names = agencies.names_of(set(owners.values()))
    found = list[TaskView]()
    for one in devices:
        of = known[one.id]
        seen = (names.get(owners.get(one.case, Id(""))), of.heard_at, of.stopped_at, of.lease_until)
        found += [TaskView(one.case, one.id, task, *seen) for task in tasks_of(of, at, down=down, newest=newest)]
    order = list(TaskKind)
    return sorted(found, key=lambda one: (order.index(one.task.kind), one.task.due_at, one.device))


def quiet(at: Ms) -> dict[Id, Ms]:
    """Since when nothing is heard of a case whose monitoring is active: of those where every device in use is silent or removed."""
    devices = in_use()
    return _quiet(devices, _known(devices, at), down_since(Ms(at - FURTHEST_MS), at), at)


def _quiet(
    devices: Sequence[DeviceInUse], known: Mapping[Id, DeviceKnown], down: Sequence[Down], at: Ms
) -> dict[Id, Ms]:
    found = defaultdict[Id, list[Ms | None]](list)
    for one in devices:
        of = known[one.id]
        if not of.succeeded:
            found[one.case].append(of.removed_at or silent_since(of, at, down))
    return {
        of: Ms(max(since)) for of, every in found.items() if len(since := [one for one in every if one]) == len(every)
    }


def newest_release() -> Digest | None:
    """The release that devices should run: the last of those that were published. None where the settings name none."""
    releases = getattr(settings, "OFFMON_AGENT_RELEASES", ())
    return Digest(releases[-1]) if releases else None


def _known(devices: Sequence[DeviceInUse], at: Ms) -> dict[Id, DeviceKnown]:
    ids = [one.id for one in devices]
    rows = {row.device: row for row in models.Liveness.objects.filter(device__in=ids)}
    hidden, found = _hidden(ids, at), _found(ids)
    of_account = defaultdict[tuple[Id, str], list[DeviceInUse]](list)
    for one in devices:
        of_account[one.deployment, one.account].append(one)
    known = dict[Id, DeviceKnown]()
    for one in devices:
        row, same = rows.get(one.id), of_account[one.deployment, one.account]
        known[one.id] = DeviceKnown(
            enrolled_at=one.enrolled_at,
            again_at=one.enrolled_at if same[0].id != one.id else None,
            succeeded=same[-1].id != one.id,
            browser_seen=row is not None and row.browser_at is not None,
            hidden=tuple(hidden[one.id]),
            lease_until=one.lease_until,
            found=found[one.id],
            **{} if row is None else {name: _kept(name, getattr(row, name), at) for name in _COPIED},
        )
    return known


def _kept(name: str, value: Any, at: Ms) -> Any:
    """A column as a reader sees it: of the last time at which it was heard, after 48 hours, the hour."""
    return folded(value, at) if name == "heard_at" else value


def _hidden(devices: Collection[Id], at: Ms) -> Mapping[Id, list[tuple[Ms, Ms]]]:
    since = at - HIDDEN_WITHIN_MS - DAY_MS
    rows = models.Leaf.objects.filter(device__in=list(devices), kind=GapLeaf.KIND, held=Held.HELD, event_at__gte=since)
    hidden = defaultdict[Id, list[tuple[Ms, Ms]]](list)
    for device, document in rows.values_list("device", "document"):
        gap = codec.load(Gap, document, max_size=MAX_DOCUMENT)
        if gap.reason is GapReason.NOT_VISIBLE:
            hidden[device].append((gap.since, gap.until))
    return hidden


def _found(devices: Collection[Id]) -> Mapping[Id, dict[TaskKind, Ms]]:
    rows = (
        DeviceFinding.objects.filter(device__in=list(devices)).values("device", "task").annotate(last=Max("found_at"))
    )
    found = defaultdict[Id, dict[TaskKind, Ms]](dict)
    for row in rows.order_by():
        found[row["device"]][row["task"]] = row["last"]
    return found


def findings_of(case: Id, most: int = 20) -> list[FindingView]:
    """What was found of a case's devices, the newest first."""
    views = list[FindingView]()
    for row in DeviceFinding.objects.filter(case=case).order_by("-found_at", "-id")[:most]:
        doc = canon.decode(
            column_key().open_bytes(row.written, DeviceFinding, row.id, "written"), max_size=MAX_DOCUMENT
        )
        kept = doc if isinstance(doc, dict) else {}
        text, source = str(kept.get("text", "")), str(kept.get("source", ""))
        views.append(FindingView(row.device, row.task, row.found, text, source, row.found_by, row.found_at))
    return views


def classes_of(case: Id, gaps: Collection[Gap | Undeclared], at: Ms) -> Callable[[Gap | Undeclared], Classed]:
    """What tells the class of each of these gaps of a case's devices (R-RGT-17). Of notes only those are read that lie beside one."""
    if not gaps:
        return lambda gap: classed(gap, ())
    since, until = min(gap.since for gap in gaps), max(gap.until for gap in gaps)
    notes = defaultdict[Id, list[DeviceNote]](list)
    for note in signs_between(case, Ms(max(0, since - NEAR_MS)), Ms(until + NEAR_MS)):
        notes[note.device].append(note)
    down, offsets = down_since(Ms(at - FURTHEST_MS), at), offsets_of(case)

    def class_of(gap: Gap | Undeclared) -> Classed:
        own = notes[gap.device]
        first = bisect_left(own, gap.since - NEAR_MS, key=lambda note: note.at)
        last = bisect_right(own, gap.until + NEAR_MS, key=lambda note: note.at)
        return classed(gap, own[first:last], down, offset_ms=offsets.get(gap.device, 0))

    return class_of


def days_of(case: Id, ungranted: Iterable[Ungranted], at: Ms) -> tuple[DeviceDays, ...]:
    """How the last days of each device in use of a case were spent. `ungranted`: the times in which nothing was granted."""
    devices, today = in_use(case), time.local_day(at)
    known = _known(devices, at)
    times = [DeviceTime(one.id, Ms(max(one.lease_since or at, one.enrolled_at)), None) for one in devices]
    first = today - timedelta(days=LEDGER_DAYS - 1)
    spent = spent_by(case, times, ungranted, days=(first, today), at=at, kept=lambda heard_at: folded(heard_at, at))
    return tuple(DeviceDays(one, known[one.id], _covered_at(spent[one.id]), spent[one.id]) for one in devices)


def _covered_at(days: Iterable[LedgerDay]) -> Ms | None:
    return max((part.until for day in days for part in day.parts if part.spent is Spent.COVERED), default=None)
