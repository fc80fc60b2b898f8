"""How the devices of a case spent their days, from what they said. Inside the scope that is open; the caller writes the consultations.

Rules
- What a device says is corrected by its clock's offset, as the batch had it that brought it. So each hour is by the true clock.
- Of gaps and silences only what came since the first day that is asked for is read: none that came before is about that day. A gap may
  begin earlier. So of notes those are read that lie beside the earliest of them, whenever they came: by them a gap has its class.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Q

from offmon.core import clock as time
from offmon.core.bundle.ungranted import Ungranted
from offmon.core.clock import DAY_MS
from offmon.core.formats import codec
from offmon.core.formats.event import DeviceNote, Gap, GapLeaf, NoteLeaf
from offmon.core.ids import Id, Ms
from offmon.core.log.hours import DeviceHours, Spent, Stretch
from offmon.core.person.coverage import Silence, Undeclared, not_covered
from offmon.core.person.gap_class import NEAR_MS, SIGNS, Down, classed, slept
from offmon.core.person.heard import FOLDED_AFTER_MS, FOLDED_TO_MS, hour_of
from offmon.core.person.ledger import LedgerDay, Lifetime, ledger, spent_in
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.statements import beside
from offmon.server.deployments.queries.in_use import DeviceTime, times_of
from offmon.server.intake import models
from offmon.server.intake.devices.models import Served
from offmon.server.intake.devices.served import DOWN_MS
from offmon.server.intake.models import Held
from offmon.server.intake.queries import MAX_DOCUMENT, place_in

FURTHEST_MS: Final = 90 * DAY_MS
"""How far back our own downtime is asked for."""
RECORDED_AFTER_MS: Final = DAY_MS
HEARD: Final = ("heard_at", "beat_at", "behind_since", "browser_at", "clock_off_since", "release_since")


@dataclass(slots=True)
class Said:
    """What one device said, by the true clock."""

    gaps: list[tuple[Ms, Gap]] = field(default_factory=list)
    notes: list[tuple[Ms, DeviceNote]] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)

    def stretches(self, device: Id, down: Iterable[Down]) -> list[Stretch]:
        """How the times were spent that it said anything of."""
        notes = [note for _, note in self.notes]
        gaps: list[Gap | Undeclared] = [gap for _, gap in self.gaps]
        gaps += not_covered(device, self.silences, self.notes, self.gaps)
        found = [Stretch(one.since, one.until, spent_in(classed(one, notes, down).gap_class)) for one in gaps]
        sleeps = filter(None, map(slept, notes))
        return found + [Stretch(since, until, Spent.OFF) for since, until in sleeps]


def said_since(case: Id, since: Ms) -> Mapping[Id, Said]:
    """What each device of a case said that came since an instant, with the notes by which that has its class."""
    batches = models.Batch.objects.filter(case=case, received_at__gte=since)
    came = dict[Id, tuple[Ms, int]]()
    said = defaultdict[Id, Said](Said)
    columns = ("id", "device", "received_at", "clock_offset_ms", "silent_since", "silent_until")
    for batch, device, at, offset, silent_since, silent_until in batches.values_list(*columns):
        came[batch] = at, offset or 0
        if silent_since is not None:
            said[device].silences.append(Silence(_by(silent_since, offset), _by(silent_until, offset), at))
    rows = models.Leaf.objects.filter(batch__in=batches.values("id"), held=Held.HELD)
    for batch, device, document in rows.filter(kind=GapLeaf.KIND).values_list("batch", "device", "document"):
        at, offset = came[batch]
        gap = codec.load(Gap, document, max_size=MAX_DOCUMENT)
        said[device].gaps.append((at, replace(gap, since=_by(gap.since, offset), until=_by(gap.until, offset))))
    for device, at, note in _notes_since(case, _earliest(said.values(), since)):
        said[device].notes.append((at, note))
    return said


def _earliest(said: Collection[Said], since: Ms) -> Ms:
    """From when on a note may lie beside what was said, or be about the time from `since` on."""
    begun = [gap.since for one in said for _, gap in one.gaps] + [none.since for one in said for none in one.silences]
    return Ms(max(0, min((since, *begun)) - NEAR_MS))


def _notes_since(case: Id, since: Ms) -> Iterator[tuple[Id, Ms, DeviceNote]]:
    """What the devices of a case noted since an instant, by the true clock, each with when it came."""
    rows = models.Leaf.objects.filter(case=case, kind=NoteLeaf.KIND, held=Held.HELD, event_at__gte=since)
    batches = models.Batch.objects.filter(id__in=rows.values("batch"))
    came = {batch: (at, offset) for batch, at, offset in batches.values_list("id", "received_at", "clock_offset_ms")}
    for batch, device, document in rows.values_list("batch", "device", "document"):
        at, offset = came[batch]
        note = codec.load(DeviceNote, document, max_size=MAX_DOCUMENT)
        yield device, at, replace(note, at=_by(note.at, offset))


def offsets_of(case: Id) -> dict[Id, int]:
    """What corrects the clock of each device of a case, as its newest batch says."""
    rows = models.Batch.objects.filter(case=case).order_by("device", "-received_at").distinct("device")
    return {device: offset or 0 for device, offset in rows.values_list("device", "clock_offset_ms")}


def signs_between(case: Id, since: Ms, until: Ms) -> list[DeviceNote]:
    """The notes of a case's devices by which a gap is classed, in raw device time, in its order."""
    rows = models.Leaf.objects.filter(case=case, kind=NoteLeaf.KIND, held=Held.HELD, event_at__range=(since, until))
    said = reduce(or_, (Q(**{f"{kind}__gt": 0}) for kind in SIGNS))
    rows = rows.alias(**{kind: place_in("document", codec.dump(kind)) for kind in SIGNS}).filter(said)
    documents = rows.order_by("event_at", "n").values_list("document", flat=True)
    return [codec.load(DeviceNote, document, max_size=MAX_DOCUMENT) for document in documents]


def _by(raw: Ms, offset: int | None) -> Ms:
    return Ms(max(0, raw + (offset or 0)))


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


def spent_by(
    case: Id,
    devices: Iterable[DeviceTime],
    ungranted: Iterable[Ungranted],
    *,
    days: tuple[date, date],
    at: Ms,
    kept: Callable[[Ms], Ms],
) -> dict[Id, tuple[LedgerDay, ...]]:
    """How each of these devices of a case spent these days, the first to the last.

    `ungranted`: the times in which nothing was granted. `kept`: as what a time is kept at which a device was heard.
    """
    said, down = said_since(case, time.start_of_day(days[0])), down_since(Ms(at - FURTHEST_MS), at)
    none_due = list(ungranted)
    alive = {row.device: row for row in models.Liveness.objects.filter(device__in=[one.id for one in devices])}
    found = dict[Id, tuple[LedgerDay, ...]]()
    for one in devices:
        row = alive.get(one.id)
        stopped = None if row is None else row.stopped_at  # it vouches until then
        heard = None if row is None else Ms(max(kept(row.heard_at), stopped or 0))
        life = Lifetime(one.since, heard, stopped, at)
        own = [Stretch(time_.since, time_.until, Spent.NOT_DUE) for time_ in none_due if time_.device == one.id]
        own += [] if one.until is None or one.until >= at else [Stretch(one.until, at, Spent.NOT_DUE)]
        own += said[one.id].stretches(one.id, down) if one.id in said else []
        found[one.id] = ledger(*days, life, own)
    return found


def hours_of(
    case: Id, ungranted: Iterable[Ungranted], first: date, last: date, at: Ms
) -> dict[date, list[DeviceHours]]:
    """How the devices of a case spent each day on which one was to cover, by day."""
    days = defaultdict[date, list[DeviceHours]](list)
    spent = spent_by(case, times_of(case), ungranted, days=(first, last), at=at, kept=hour_of)
    for device, every in spent.items():
        for day in every:
            if any(part.spent is not Spent.NOT_DUE for part in day.parts):
                days[day.day].append(DeviceHours(device, day.parts))
    return days


def last_recorded(at: Ms) -> date:
    """The last day whose hours are recorded by then: one that is over for 24 hours."""
    return time.local_day(Ms(at - RECORDED_AFTER_MS)) - timedelta(days=1)


def folded_until(at: Ms) -> Ms:
    """Up to when of each time at which a device was heard only the hour is kept: what the recorded days rest on stays until then."""
    return Ms(min(at - FOLDED_AFTER_MS, time.end_of_day(last_recorded(at)) - 1))


def cases_to_fold(at: Ms, *, actor: Actor) -> set[Id]:
    """The cases with a device of which more is kept than the hour of such a time."""
    whole = " or ".join(f"alive.{name} <= %(until)s and alive.{name} %% %(to)s > 0" for name in HEARD)
    with scope(actor), beside() as cursor:
        cursor.execute(
            'select distinct device."case" from intake_liveness alive join deployments_device device on device.id = alive.device'  # noqa: S608  # ours
            f" where alive.agency = %(agency)s and ({whole})",
            {"agency": UUID(actor.agency), "until": folded_until(at), "to": FOLDED_TO_MS},
        )
        return {Id(case.hex) for (case,) in cursor.fetchall()}
