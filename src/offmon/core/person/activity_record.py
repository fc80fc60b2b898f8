"""The activity record: the person's page as a file to take away, and how their device checks it (docs/specs/told.md).

Rules
- Each disclosure has the commitment that the device journalled before sending it. Each consultation has a proof that leads to a checkpoint
  of the agency's log which the device was given at the time (`core.log.consultations`).
- Those checkpoints are older than the whole delay, because a newer one would count what is not told yet. There are several, each proved to
  extend the one before, in case the device was off on one day.
- A consultation that no such checkpoint holds yet is listed as not proved yet. Leaving it out would be worse.
- A disclosure that was sent and taken but not kept is listed too, with the reason. The person may know that it was sent.
- Nothing in it depends on hidden entries: no number of the case log, no commitment and no count of anything not shown. So it is judged by
  its own content. The bundle, the data protection officer and the Commissioner cover what it leaves out.
- It names nobody. Its times are days, except when a process of ours sealed a day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.errors import Malformed, NotAuthentic, OffmonError
from offmon.core.formats import codec
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Count, Digest, Id, Ms, Origin, VKey
from offmon.core.log import audit, consultations
from offmon.core.log.consultations import Consultation
from offmon.core.log.tlog.checkpoint import Checkpoint, check_checkpoint
from offmon.core.log.tlog.merkle import check_consistency, check_inclusion, leaf_hash
from offmon.core.log.tlog.note import SignedNote

MAX_BYTES: Final = 16 << 20


class Unkept(StrEnum):
    """Why the agency keeps nothing of what was sent but its commitment."""

    REFUSED = "refused"  # the profile that it names allowed it, and a newer one did not
    ERASED = "erased"  # its time had no authority, as became known later, and two people had it erased
    LOST = "lost"  # received before, held or refused, and what the agency knew of it is lost


@dataclass(frozen=True, slots=True)
class SentLine:
    """Something that was sent: from which device, the day, what kind, under which terms, and its commitment there.

    Of what is `unkept` there is no kind and no term, and the day is that on which it reached the agency; or, of what was lost, on which the
    device told of it again.
    """

    device: Id
    on: Ms
    kind: Capability | None
    terms: tuple[str, ...]
    commit: Digest
    unkept: Unkept | None


@dataclass(frozen=True, slots=True)
class ProvenConsultation:
    """A look with its salt, its place among the leaves of its day, and what leads from it to the day's root."""

    look: Consultation
    salt: bytes
    place: Count
    path: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of looks: how many leaves it has, the entry that seals it, that entry's link in the agency's own run and place in the log."""

    on: Ms
    size: Count
    entry: audit.AuditEntry
    salt: bytes
    number: Count
    previous: Digest
    index: Count
    path: tuple[Digest, ...]
    looks: tuple[ProvenConsultation, ...]


@dataclass(frozen=True, slots=True)
class LogState:
    """A state of the log: its cosigned checkpoint as receipts carried it, and the proof that it begins with the one before, if any."""

    checkpoint: str
    path: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """The page as a file. `until`: what reached the agency, or was done there, before that instant.

    `log`: oldest first, and none where there are no `days`, each of which is proved to the first state that holds it. `waiting`: the looks
    that nothing proves yet.
    """

    TYPE: ClassVar[str] = "offmon/told@1"

    agency: Id
    case: Id
    until: Ms
    sent: tuple[SentLine, ...]
    log: tuple[LogState, ...]
    days: tuple[Day, ...]
    waiting: tuple[Consultation, ...]


@dataclass(frozen=True, slots=True)
class DeviceKnowledge:
    """What a device knows by itself: who it is, what it journalled, the keys of the log, and its checkpoints as given."""

    agency: Id
    case: Id
    device: Id
    origin: Origin
    keys: tuple[PublicKey, ...]
    commits: frozenset[Digest]
    checkpoints: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class DeviceNotes:
    """The same, written down by the device for somebody who checks elsewhere. The checkpoints are signed, as receipts carried them."""

    TYPE: ClassVar[str] = "offmon/device-notes@1"

    agency: Id
    case: Id
    device: Id
    origin: Origin
    keys: tuple[VKey, ...]
    commits: tuple[Digest, ...]
    checkpoints: tuple[bytes, ...]

    def knowledge(self) -> DeviceKnowledge:
        """What the device knows by them. Raises Malformed for a key that is none."""
        keys = tuple(PublicKey.parse(key) for key in self.keys)
        given = held(iter(self.checkpoints), self.origin, keys)
        return DeviceKnowledge(self.agency, self.case, self.device, self.origin, keys, frozenset(self.commits), given)


class Fault(StrEnum):
    """What does not hold."""

    OTHER = "other"  # the file is another person's, or another agency's
    LATE = "late"  # a line tells of what the file says is not told yet
    SENT = "sent"  # the device never journalled it
    LOG = (
        "log"  # a checkpoint is not the log's, or not as the device was given it, or does not begin with the one before
    )
    UNSEEN = "unseen"  # the device was given no checkpoint of these that holds it
    DAY = "day"  # the day's entry is not in the log
    LOOK = "look"  # the line is not among those of its day


@dataclass(frozen=True, slots=True)
class RecordFault:
    """What does not hold, and which line it is, from 1; None for what is of the whole file."""

    fault: Fault
    line: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What does not hold; and how many lines do, are another device's to check, or tell of a look that nothing proves yet."""

    sent: int
    elsewhere: int
    looks: int
    waiting: int
    found: tuple[RecordFault, ...]


def read(data: bytes) -> ActivityRecord:
    """The file. Raises Malformed; also where it says a thing twice, since what is counted is counted once, or more of what is not kept."""
    told = codec.load(ActivityRecord, data, max_size=MAX_BYTES)
    commits = [line.commit for line in told.sent]
    days = [day.on for day in told.days]
    shown = [*(line.look for day in told.days for line in day.looks), *told.waiting]
    if any(len(set(some)) != len(some) for some in (commits, days, shown)):
        raise Malformed("twice", "The file says something twice; take the page away again.")
    if any((line.unkept is None) != (line.kind is not None) or (line.unkept and line.terms) for line in told.sent):
        raise Malformed("bad-line", "A line of the file says what it cannot know; take the page away again.")
    return told


def held(notes: Iterator[bytes], origin: Origin, keys: tuple[PublicKey, ...]) -> dict[int, bytes]:
    """The roots by size of what a device was given, less what is no checkpoint of that log."""
    found: dict[int, bytes] = {}
    for data in notes:
        try:
            checkpoint, _ = check_checkpoint(SignedNote.parse(data), origin, keys)
        except OffmonError:
            continue
        found[checkpoint.size] = checkpoint.root
    return found


def judge(told: ActivityRecord, known: DeviceKnowledge) -> Judged:
    """What of the file holds, by what the device knows. Raises nothing of its own: what is wrong is among what it found."""
    if (told.agency, told.case) != (known.agency, known.case):
        return Judged(0, 0, 0, 0, (RecordFault(Fault.OTHER, None),))
    sent, early = [*_sent(told, known)], [*_waiting(told)]
    here = sum(line.device == known.device for line in told.sent)
    waiting = len(told.waiting) - len({one.line for one in early})
    proved = sum(len(day.looks) for day in told.days)
    try:
        states, given = _log(told, known)
    except (OffmonError, UnicodeEncodeError):
        of_looks, holding = [RecordFault(Fault.LOG, None)], 0
    else:
        of_looks = [*_looks(told, states, given)]
        holding = proved - len({one.line for one in of_looks})
    holds = here - len({one.line for one in sent})
    return Judged(holds, len(told.sent) - here, holding, waiting, (*sent, *of_looks, *early))


def _sent(told: ActivityRecord, known: DeviceKnowledge) -> Iterator[RecordFault]:
    for number, line in enumerate(told.sent, 1):
        if line.device != known.device:
            continue
        if line.commit not in known.commits:
            yield RecordFault(Fault.SENT, number)


def _log(told: ActivityRecord, known: DeviceKnowledge) -> tuple[list[Checkpoint], int]:
    """The states of the log, and how many of them, from the first, rest on one that the device was given.

    Raises OffmonError or UnicodeEncodeError for one that is not the log's, not as given, or does not go on from the one before.
    """
    states: list[Checkpoint] = []
    for state in told.log:
        checkpoint, _ = check_checkpoint(SignedNote.parse(state.checkpoint.encode()), known.origin, known.keys)
        if known.checkpoints.get(checkpoint.size, checkpoint.root) != checkpoint.root:
            raise NotAuthentic("log-forked", "The log is not as the device was given it.")
        if states:
            path = [bytes.fromhex(step) for step in state.path]
            check_consistency(states[-1].size, states[-1].root, checkpoint.size, checkpoint.root, path)
        if (states and checkpoint.size <= states[-1].size) or (state.path and not states):
            raise Malformed("bad-log", "The states of the log do not follow one another.")
        states.append(checkpoint)
    if bool(states) != bool(told.days):
        raise Malformed("bad-log", "A line of who looked leads to no state of the log, or a state to no line.")
    return states, max((n for n, one in enumerate(states, 1) if one.size in known.checkpoints), default=0)


def _looks(told: ActivityRecord, states: Sequence[Checkpoint], given: int) -> Iterator[RecordFault]:
    number = 0
    for day in told.days:
        lines = range(number + 1, number + 1 + len(day.looks))
        number += len(day.looks)
        place = next((n for n, one in enumerate(states) if one.size > day.index), None)
        try:
            root = None if place is None else _root_of(day, told, states[place])
        except OffmonError:
            root = None
        if root is None or place is None or place >= given:
            yield from (RecordFault(Fault.DAY if root is None else Fault.UNSEEN, line) for line in lines)
            continue
        for at, line in zip(lines, day.looks, strict=True):
            if _is_late(line.look, told):
                yield RecordFault(Fault.LATE, at)
            try:
                _check_look(line, day, told, root)
            except OffmonError:
                yield RecordFault(Fault.LOOK, at)


def _waiting(told: ActivityRecord) -> Iterator[RecordFault]:
    """What is wrong with the looks that nothing proves yet; their lines go on after those of the days."""
    first = 1 + sum(len(day.looks) for day in told.days)
    for number, look in enumerate(told.waiting, first):
        if look.case != told.case or look.on != clock.start_of_day(clock.local_day(look.on)):
            yield RecordFault(Fault.LOOK, number)
        elif _is_late(look, told):
            yield RecordFault(Fault.LATE, number)


def _is_late(look: Consultation, told: ActivityRecord) -> bool:
    return clock.end_of_day(clock.local_day(look.on)) > told.until


def _root_of(day: Day, told: ActivityRecord, log: Checkpoint) -> Digest:
    """The root of a day, by an entry that is in the log. Raises Malformed or NotAuthentic."""
    root = consultations.check_seal(day.entry, told.agency, day.on)
    commit = audit.commit_of(day.entry, day.salt)
    record = audit.record_of(told.agency, day.number, bytes.fromhex(day.previous), commit)
    path = [bytes.fromhex(step) for step in day.path]
    check_inclusion(leaf_hash(record), day.index, log.size, path, log.root)
    return root


def _check_look(line: ProvenConsultation, day: Day, told: ActivityRecord, root: Digest) -> None:
    if (line.look.case, line.look.on) != (told.case, day.on):
        raise NotAuthentic("other-day", "A line is of another day or case than it stands under.")
    consultations.check_line(consultations.commit_of(line.look, line.salt), line.place, line.path, day.size, root)
