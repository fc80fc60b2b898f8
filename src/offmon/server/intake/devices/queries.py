"""Every read of devices that need someone to look after them, and of how their days were spent.

Inside the scope that is open; the caller writes the consultations, except where it says otherwise.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Max

from offmon.core import clock as time
from offmon.core.bundle.ungranted import Ungranted
from offmon.core.clock import DAY_MS
from offmon.core.formats import canon, codec
from offmon.core.formats.event import DeviceNote, Gap, GapLeaf, GapReason, NoteLeaf
from offmon.core.ids import Digest, Id, Ms
from offmon.core.person.coverage import Undeclared
from offmon.core.person.gap_class import Classed, Down, classed, slept
from offmon.core.person.ledger import LedgerDay, Lifetime, Spent, Stretch, ledger, spent_in
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
from offmon.server.deployments.queries.in_use import DeviceInUse, in_use
from offmon.server.intake import models
from offmon.server.intake.devices.models import DeviceFinding, Served
from offmon.server.intake.devices.served import DOWN_MS
from offmon.server.intake.models import Held
from offmon.server.intake.queries import MAX_DOCUMENT

LEDGER_DAYS: Final = 28
_COPIED: Final = ("heard_at", "stopped_at", "removed_at", "clock_off_since", "release", "release_since")
_FURTHEST_MS: Final = 90 * DAY_MS
"""How far back our own downtime is asked for."""


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


def _tasks(devices: Sequence[DeviceInUse], at: Ms) -> list[TaskView]:
    known = _known(devices, at)
    down = down_since(Ms(at - _FURTHEST_MS), at)
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


def quiet(at: Ms, case: Id | None = None) -> dict[Id, Ms]:
    """Since when nothing is heard of a case whose monitoring is active: of those where every device in use is silent or removed."""
    devices = in_use(case)
    known, down = _known(devices, at), down_since(Ms(at - _FURTHEST_MS), at)
    found = defaultdict[Id, list[Ms | None]](list)
    for one in devices:
        of = known[one.id]
        if not of.succeeded:
            found[one.case].append(of.removed_at or silent_since(of, at, down))
    return {
        of: Ms(max(since)) for of, every in found.items() if len(since := [one for one in every if one]) == len(every)
    }


def down_since(since: Ms, at: Ms) -> tuple[Down, ...]:
    """The times from `since` to `at` in which our service was down, in order."""
    down, last = list[Down](), None
    rows = Served.objects.filter(until__gte=since - DOWN_MS).order_by("since", "until").values_list("since", "until")
    before = Served.objects.filter(until__lt=since - DOWN_MS).order_by("-until").values_list("until", flat=True).first()
    for begin, end in [*rows, (at, at)]:
        last = before if last is None else last
        if last is not None and begin - last > DOWN_MS:
            down.append(Down(Ms(max(last, since)), begin))
        last = end if last is None else max(last, end)
    return tuple(one for one in down if one.since < one.until)


def newest_release() -> Digest | None:
    """The release that devices should run: the last of those that were published. None where the settings name none."""
    releases = getattr(settings, "OFFMON_AGENT_RELEASES", ())
    return Digest(releases[-1]) if releases else None


def _known(devices: Sequence[DeviceInUse], at: Ms) -> dict[Id, DeviceKnown]:
    ids = [one.id for one in devices]
    rows = {row.device: row for row in models.Liveness.objects.filter(device__in=ids)}
    hidden, found = _hidden(ids, at), _found(ids)
    known = dict[Id, DeviceKnown]()
    for one in devices:
        row = rows.get(one.id)
        same = [other for other in devices if (other.deployment, other.account) == (one.deployment, one.account)]
        known[one.id] = DeviceKnown(
            enrolled_at=one.enrolled_at,
            again_at=one.enrolled_at if same[0].id != one.id else None,
            succeeded=same[-1].id != one.id,
            browser_seen=row is not None and row.browser_at is not None,
            hidden=tuple(hidden[one.id]),
            lease_until=one.lease_until,
            found=found[one.id],
            **{} if row is None else {name: getattr(row, name) for name in _COPIED},
        )
    return known


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


def classes_of(case: Id, at: Ms) -> Callable[[Gap | Undeclared], Classed]:
    """What tells the class of each gap of a case's devices (R-RGT-17)."""
    notes, down = _notes(case), down_since(Ms(at - _FURTHEST_MS), at)
    return lambda gap: classed(gap, notes, down)


def _notes(case: Id) -> list[DeviceNote]:
    rows = models.Leaf.objects.filter(case=case, kind=NoteLeaf.KIND, held=Held.HELD).order_by("event_at")
    return [
        codec.load(DeviceNote, document, max_size=MAX_DOCUMENT) for document in rows.values_list("document", flat=True)
    ]


def days_of(
    case: Id, gaps: Iterable[Gap | Undeclared], ungranted: Iterable[Ungranted], at: Ms
) -> tuple[DeviceDays, ...]:
    """How the last days of each device in use of a case were spent. `gaps`, `ungranted`: all of the case's, as its file has them."""
    devices, every, notes = in_use(case), list(gaps), _notes(case)
    free = [Stretch(one.since, one.until, Spent.NOT_DUE) for one in ungranted]
    down, known = down_since(Ms(at - _FURTHEST_MS), at), _known(devices, at)
    found = list[DeviceDays]()
    for one in devices:
        own = [
            Stretch(gap.since, gap.until, spent_in(classed(gap, notes, down).gap_class))
            for gap in every
            if gap.device == one.id
        ]
        sleeps = [when for note in notes if note.device == one.id and (when := slept(note)) is not None]
        own += [Stretch(since, until, Spent.OFF) for since, until in sleeps]
        began = at if one.lease_since is None else max(one.lease_since, one.enrolled_at)
        life = Lifetime(Ms(began), known[one.id].heard_at, known[one.id].stopped_at, at)
        today = time.local_day(at)
        days = ledger(today - timedelta(days=LEDGER_DAYS - 1), today, life, [*own, *free])
        covered = [part.until for day in days for part in day.parts if part.spent is Spent.COVERED]
        found.append(DeviceDays(one, known[one.id], max(covered, default=None), days))
    return tuple(found)
