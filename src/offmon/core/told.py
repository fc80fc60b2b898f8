"""What a person takes away from their page, and how their device checks it (docs/specs/told.md; issue 3, "Portal").

Rules
- What was sent stands with the commitment that the device journalled before it was sent. Who looked stands with a proof that leads to a
  checkpoint of the agency's log which the device was given at the time (`core.looks` says by which way, and why).
- Nothing in it speaks of what is hidden: no number of the case's run, no commitment and no count of anything that is not shown. So it
  is judged by what it says alone. What it leaves out is for the bundle, the data protection officer and the Commissioner.
- It holds no name of anyone and no time finer than a day, but that at which the process that sealed a day did so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core import audit, clock, codec, looks
from offmon.core.errors import Malformed, NotAuthentic, OffmonError
from offmon.core.ids import Count, Digest, Id, Ms, Origin
from offmon.core.keys import PublicKey
from offmon.core.looks import Look
from offmon.core.order import Capability
from offmon.core.tlog.checkpoint import Checkpoint, check_checkpoint
from offmon.core.tlog.merkle import check_inclusion, leaf_hash
from offmon.core.tlog.note import Note

MAX_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class SentLine:
    """Something that was sent: from which device, the day, what kind, under which terms, and its commitment there."""

    device: Id
    on: Ms
    kind: Capability
    terms: tuple[str, ...]
    commit: Digest


@dataclass(frozen=True, slots=True)
class LookLine:
    """A look with its salt, its place among the leaves of its day, and what leads from it to the day's root."""

    look: Look
    salt: bytes
    place: Count
    path: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of looks: how many leaves it has, the entry that seals it, that entry's link in the agency's own run and place in the log."""

    on: Ms
    size: Count
    entry: audit.Entry
    salt: bytes
    number: Count
    previous: Digest
    index: Count
    path: tuple[Digest, ...]
    looks: tuple[LookLine, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The page as a file. `until`: what reached the agency, or was done there, before that instant. `checkpoint`: None without a look."""

    TYPE: ClassVar[str] = "offmon/told@1"

    agency: Id
    case: Id
    until: Ms
    sent: tuple[SentLine, ...]
    checkpoint: str | None
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What a device knows by itself: who it is, what it journalled, the keys of the log, and its checkpoints as given."""

    agency: Id
    case: Id
    device: Id
    origin: Origin
    keys: tuple[PublicKey, ...]
    commits: frozenset[Digest]
    checkpoints: Mapping[int, bytes]


class Fault(StrEnum):
    """What does not hold."""

    OTHER = "other"  # the file is another person's, or another agency's
    LATE = "late"  # a line tells of what the file says is not told yet
    SENT = "sent"  # the device never journalled it
    LOG = "log"  # the checkpoint is not the log's, or not as the device was given it
    UNSEEN = "unseen"  # the device was not given this checkpoint
    DAY = "day"  # the day's entry is not in the log
    LOOK = "look"  # the line is not among those of its day


@dataclass(frozen=True, slots=True)
class Found:
    """What does not hold, and which line it is, from 1; None for what is of the whole file."""

    fault: Fault
    line: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """How many lines hold, how many of what was sent are another device's to check, and what does not hold."""

    sent: int
    elsewhere: int
    looks: int
    found: tuple[Found, ...]


def read(data: bytes) -> Told:
    """The file. Raises Malformed; also where it says a thing twice, since what is counted is counted once."""
    told = codec.load(Told, data, max_size=MAX_BYTES)
    commits = [line.commit for line in told.sent]
    days = [day.on for day in told.days]
    shown = [line.look for day in told.days for line in day.looks]
    if any(len(set(some)) != len(some) for some in (commits, days, shown)):
        raise Malformed("twice", "The file says something twice; take the page away again.")
    return told


def held(notes: Iterator[bytes], origin: Origin, keys: tuple[PublicKey, ...]) -> dict[int, bytes]:
    """The roots by size of what a device was given, less what is no checkpoint of that log."""
    found: dict[int, bytes] = {}
    for data in notes:
        try:
            checkpoint, _ = check_checkpoint(Note.parse(data), origin, keys)
        except OffmonError:
            continue
        found[checkpoint.size] = checkpoint.root
    return found


def judge(told: Told, known: Known) -> Judged:
    """What of the file holds, by what the device knows. Raises nothing of its own: what is wrong is among what it found."""
    if (told.agency, told.case) != (known.agency, known.case):
        return Judged(0, 0, 0, (Found(Fault.OTHER, None),))
    found = [*_sent(told, known)]
    here = sum(line.device == known.device for line in told.sent)
    looked = sum(len(day.looks) for day in told.days)
    in_log, of_looks = _log(told, known), list[Found]()
    if in_log is not None:
        of_looks = [in_log] if looked else []
    elif told.checkpoint is not None:
        of_looks = [*_looks(told, Checkpoint.parse(Note.parse(told.checkpoint.encode()).text))]
    holding = 0 if in_log is not None else looked - len({one.line for one in of_looks})
    return Judged(here - len({one.line for one in found}), len(told.sent) - here, holding, (*found, *of_looks))


def _sent(told: Told, known: Known) -> Iterator[Found]:
    for number, line in enumerate(told.sent, 1):
        if line.device != known.device:
            continue
        if line.commit not in known.commits:
            yield Found(Fault.SENT, number)


def _log(told: Told, known: Known) -> Found | None:
    """What is wrong with the checkpoint, if anything is."""
    if told.checkpoint is None:
        return Found(Fault.LOG, None) if told.days else None
    try:
        checkpoint, _ = check_checkpoint(Note.parse(told.checkpoint.encode()), known.origin, known.keys)
    except (OffmonError, UnicodeEncodeError):
        return Found(Fault.LOG, None)
    if checkpoint.size not in known.checkpoints:
        return Found(Fault.UNSEEN, None)
    return None if known.checkpoints[checkpoint.size] == checkpoint.root else Found(Fault.LOG, None)


def _looks(told: Told, log: Checkpoint) -> Iterator[Found]:
    number = 0
    for day in told.days:
        try:
            root = _root_of(day, told, log)
        except OffmonError:
            yield from (Found(Fault.DAY, number + place) for place in range(1, len(day.looks) + 1))
            number += len(day.looks)
            continue
        for line in day.looks:
            number += 1
            if clock.end_of_day(clock.local_day(line.look.on)) > told.until:
                yield Found(Fault.LATE, number)
            try:
                _check_look(line, day, told, root)
            except OffmonError:
                yield Found(Fault.LOOK, number)


def _root_of(day: Day, told: Told, log: Checkpoint) -> Digest:
    """The root of a day, by an entry that is in the log. Raises Malformed or NotAuthentic."""
    root = looks.check_seal(day.entry, told.agency, day.on)
    commit = audit.commit_of(day.entry, day.salt)
    record = audit.record_of(told.agency, day.number, bytes.fromhex(day.previous), commit)
    path = [bytes.fromhex(step) for step in day.path]
    check_inclusion(leaf_hash(record), day.index, log.size, path, log.root)
    return root


def _check_look(line: LookLine, day: Day, told: Told, root: Digest) -> None:
    if (line.look.case, line.look.on) != (told.case, day.on):
        raise NotAuthentic("other-day", "A line is of another day or case than it stands under.")
    looks.check_line(looks.commit_of(line.look, line.salt), line.place, line.path, day.size, root)
