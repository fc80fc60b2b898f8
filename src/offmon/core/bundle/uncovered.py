"""What monitoring did not cover, by the bundle: hours that nobody can speak for, devices that it does not run on (issue 20).

Rules
- What lies between two runs of a device's agent and no declared gap covers is counted again here (`core.person.coverage`).
- Each day's record accounts for the whole London day of each of its devices, and no day has two records.
- No hour is called covered that a device of the bundle declared as a gap, in a batch that the run names before that day's record.
- A day without a record is told as one: nobody can speak for it. The record comes a day after the day is over.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final

from offmon.core import clock
from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic
from offmon.core.formats.event import DeviceNote, Gap, GapLeaf, NoteLeaf
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.hours import Covered, DeviceHours, HoursRecord, RegisterRecord, Spent, Stretch, covered
from offmon.core.log.records import BatchRecord, DeploymentRecord, DeviceRecord
from offmon.core.person import coverage
from offmon.core.person.coverage import Silence, Undeclared
from offmon.core.states import DeploymentState

SPENT: Final = {
    Spent.COVERED: "covered",
    Spent.OFF: "off",
    Spent.SERVICE_FAULT: "our service was down",
    Spent.DEVICE_FAULT: "a fault of the device",
    Spent.USER_ACTION: "done on the device",
    Spent.UNKNOWN: "not known",
    Spent.NOT_DUE: "nothing was due",
}
UNCOVERED: Final = (Spent.SERVICE_FAULT, Spent.DEVICE_FAULT, Spent.USER_ACTION, Spent.UNKNOWN)
"""The classes of gap: of these hours nobody can say what was open on the device."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One device's hours on record: from which day to which, how many each way, and each time that was not covered."""

    device: Id
    first: str
    last: str
    ms: dict[str, int]
    uncovered: tuple[Stretch, ...]
    unrecorded: int

    @property
    def sentence(self) -> str:
        """What the verifier and the report say of it."""
        sums = ", ".join(f"{SPENT[one]} {_long(self.ms[one])}" for one in SPENT if self.ms[one])
        missing = f" {self.unrecorded} days between have no record." if self.unrecorded else ""
        return f"Device {self.device}, {self.first} to {self.last}: {sums}.{missing}"

    @property
    def times(self) -> list[str]:
        """Each time that nobody can speak for."""
        return [
            f"{clock.utc_text(one.since)} to {clock.utc_text(one.until)}: {SPENT[one.spent]}" for one in self.uncovered
        ]


def covered_in(case: Case) -> Covered:
    """How many of the known devices monitoring covered, as the bundle's newest record of the register has them."""
    ended = {one.id for one in case.readable(DeploymentRecord) if one.state is DeploymentState.ENDED}
    running = {one.id for one in case.readable(DeviceRecord) if one.deployment not in ended}
    newest = max(case.readable(RegisterRecord), key=lambda one: (one.recorded_at, one.id), default=None)
    return covered(() if newest is None else newest.devices, running)


def hours_in(case: Case) -> list[Hours]:
    """The hours on record of each device, by device. A record that does not add up is left out."""
    days = defaultdict[Id, dict[date, DeviceHours]](dict)
    for record in case.readable(HoursRecord):
        day = _day(record)
        for one in record.devices if day is not None else ():
            if day is not None and _adds_up(one, day):
                days[one.device][day] = one
    return [_hours(device, dict(sorted(found.items()))) for device, found in sorted(days.items())]


def faults_in_hours(case: Case) -> Iterator[tuple[Id, NotAuthentic]]:
    """Each record of hours that does not add up, or calls covered what its device said was not; and why."""
    seen, declared = set[date](), _declared(case)
    for record in case.readable(HoursRecord):
        day, number = _day(record), case.newest.get((HoursRecord.KIND, record.id), (0,))[0]
        if day is None or not all(_adds_up(one, day) for one in record.devices):
            yield (
                record.id,
                NotAuthentic("day-hole", "A day's record leaves a hole in it, or says two things of one time."),
            )
        elif day in seen:
            yield record.id, NotAuthentic("day-twice", "Two records say how the devices spent one day.")
        elif any(_hides(one, declared.get(one.device), day, number) for one in record.devices):
            sentence = "A day's record calls a time covered, and its device had said that it was not."
            yield record.id, NotAuthentic("gap-covered", sentence)
        seen |= {day} if day is not None else set()


def _day(record: HoursRecord) -> date | None:
    with suppress(ValueError):
        day = date.fromisoformat(record.day)
        return day if date(2000, 1, 1) <= day < date(3000, 1, 1) else None
    return None


def _adds_up(one: DeviceHours, day: date) -> bool:
    """Whether the parts fill the day, one after the other."""
    ends = [clock.start_of_day(day), *(part.until for part in one.parts)]
    begins = [*(part.since for part in one.parts), clock.end_of_day(day)]
    return ends == begins and all(part.since < part.until for part in one.parts)


@dataclass(slots=True)
class _Declared:
    """The gaps that a device declared, by the true clock and by their beginning, each with the number of the entry of its batch.

    `until`: of each, the latest end of those up to it.
    """

    gaps: list[tuple[int, int, int]]
    until: list[int]


def _declared(case: Case) -> dict[Id, _Declared]:
    found = defaultdict[Id, list[tuple[int, int, int]]](list)
    for (device, epoch), batches in case.batches.items():
        journal = case.files.journals.get((device, epoch))
        for batch in batches if journal is not None else ():
            rows = journal.rows[batch.first : batch.size] if journal is not None else ()
            gaps = [row.opened.gap for row in rows if isinstance(row.opened, GapLeaf)]
            said = case.acts(Verb.BATCH_RECEIVED, (BatchRecord.KIND, batch.id)) if gaps else []
            offset = batch.clock_offset_ms or 0
            found[device] += [(gap.since + offset, gap.until + offset, said[0][0]) for gap in gaps if said]
    return {
        device: _Declared(gaps, list(accumulate((end for _, end, _ in gaps), max)))
        for device, gaps in ((device, sorted(every)) for device, every in found.items())
    }


def _hides(one: DeviceHours, declared: _Declared | None, day: date, number: int) -> bool:
    """Whether a time is called covered that a gap is of, which the run names before that number."""
    begin = clock.start_of_day(day)
    at = 0 if declared is None else bisect_left(declared.gaps, (clock.end_of_day(day),))
    while declared is not None and at and declared.until[at - 1] > begin:
        at -= 1
        since, until, named = declared.gaps[at]
        parts = (part for part in one.parts if part.spent is Spent.COVERED)
        if named < number and any(max(since, part.since) < min(until, part.until) for part in parts):
            return True
    return False


def _hours(device: Id, days: dict[date, DeviceHours]) -> Hours:
    first, last = min(days), max(days)
    uncovered = list[Stretch]()
    for part in (part for one in days.values() for part in one.parts if part.spent in UNCOVERED):
        if uncovered and (uncovered[-1].until, uncovered[-1].spent) == (part.since, part.spent):
            uncovered[-1] = Stretch(uncovered[-1].since, part.until, part.spent)  # it goes on over midnight
        else:
            uncovered.append(part)
    ms = {spent.value: sum(one.ms(spent) for one in days.values()) for spent in SPENT}
    missing = (last - first).days + 1 - len(days)
    return Hours(device, first.isoformat(), last.isoformat(), ms, tuple(uncovered), missing)


def _long(ms: int) -> str:
    """`12 h`, or `12 h 5 min`."""
    hours, minutes = divmod(ms // clock.MINUTE_MS, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def not_covered_in(case: Case) -> list[Undeclared]:
    """By device and time, in raw device time."""
    silences = defaultdict[Id, list[Silence]](list)
    for (device, _), batches in sorted(case.batches.items()):
        for batch in batches:
            if batch.silent_since is not None and batch.silent_until is not None:
                silences[device].append(Silence(batch.silent_since, batch.silent_until, batch.received_at))
    said = {device: _said(case, device) for device in silences}
    return [one for device, found in silences.items() for one in coverage.not_covered(device, found, *said[device])]


def _said(case: Case, device: Id) -> tuple[list[tuple[Ms, DeviceNote]], list[tuple[Ms, Gap]]]:
    notes, gaps = list[tuple[Ms, DeviceNote]](), list[tuple[Ms, Gap]]()
    for (owner, epoch), journal in case.files.journals.items():
        if owner == device:
            for batch in case.batches.get((device, epoch), []):
                leaves = [row.opened for row in journal.rows[batch.first : batch.size]]
                notes += [(batch.received_at, leaf.note) for leaf in leaves if isinstance(leaf, NoteLeaf)]
                gaps += [(batch.received_at, leaf.gap) for leaf in leaves if isinstance(leaf, GapLeaf)]
    return notes, gaps
