"""An activity record that a person took away, made honestly by `core` alone: an invented log, with two sealed days."""

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.authority.capability import Capability
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Digest, Id, Ms, Origin
from offmon.core.log import audit, consultations
from offmon.core.log.audit import AuditEntry, Verb
from offmon.core.log.consultations import Consultation
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.merkle import leaf_hash, root_of
from offmon.core.log.tlog.proving import prove_consistency, prove_inclusion, sign_checkpoint, subtrees_of
from offmon.core.person import activity_record
from offmon.core.person.activity_record import ActivityRecord, Day, DeviceKnowledge, LogState
from tests.support.entries import an_entry

TODAY = Ms(1_780_000_000_000)
UNTIL = clock.start_of_day(clock.local_day(Ms(TODAY - 14 * clock.DAY_MS)))


def drawn(name: str) -> Digest:
    return Digest(hashlib.sha256(name.encode()).hexdigest())


def ident(name: str) -> Id:
    return Id(drawn(name)[:32])


def fillers(name: str) -> Iterator[Digest]:
    return (drawn(f"{name} {number}") for number in itertools.count())


FORCE, CASE, DEVICE, ORIGIN = ident("force"), ident("case"), ident("device"), Origin("log.invalid/86")

KEY = SigningKey.from_seed(ORIGIN, hashlib.sha256(b"log key").digest())


@dataclass
class Page:
    """An agency, a case of it and one of its devices. `told` is honest, and `known` what the device knows.

    The log has three states: before each of the days was sealed, but for the first, and at its end. The device was given the last.
    """

    agency: Id = FORCE
    case: Id = CASE
    device: Id = DEVICE
    origin: Origin = ORIGIN
    team: str = "North"
    key: SigningKey = KEY

    def __post_init__(self) -> None:
        self.records = [bytes.fromhex(drawn(f"other entry {n}")) for n in range(70)]
        self.days, sizes = [], []
        for back in (4, 3):
            self.days.append(self._day(back, back))
            sizes.append(len(self.records))
        self.records += [bytes.fromhex(drawn(f"later entry {n}")) for n in range(9)]
        self.states = [self.state(size) for size in (*sizes, len(self.records))]
        self.checkpoint = self.states[-1]
        waits = Consultation(self.case, Ms(UNTIL - clock.DAY_MS), Role.SUPERVISOR, None, Verb.CASE_CONSULTED)
        self.told = ActivityRecord(
            agency=self.agency,
            case=self.case,
            until=UNTIL,
            sent=tuple(self._sent(n) for n in range(3)),
            log=self.log(*self.states),
            days=tuple(self._placed(day) for day in self.days),
            waiting=(waits,),
        )
        self.known = DeviceKnowledge(
            agency=self.agency,
            case=self.case,
            device=self.device,
            origin=self.origin,
            keys=(self.key.public,),
            commits=frozenset(drawn(f"sent {n}") for n in range(4)),
            checkpoints={self.checkpoint.size: self.checkpoint.root},
        )

    def state(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, root_of(map(leaf_hash, self.records[:size])))

    def log(self, *states: Checkpoint, key: SigningKey | None = None) -> tuple[LogState, ...]:
        """These as a file has them, each proved to begin with the one before."""
        made: list[LogState] = []
        before: Checkpoint | None = None
        for one in states:
            hashes = [leaf_hash(record) for record in self.records[: one.size]]
            path: tuple[bytes, ...] = (
                () if before is None else prove_consistency(before.size, len(hashes), subtrees_of(hashes))
            )
            note = sign_checkpoint(one, key or self.key).data.decode()
            made.append(LogState(note, tuple(Digest(step.hex()) for step in path)))
            before = one
        return tuple(made)

    def entry(self, on: Ms, root: Digest, **changed: object) -> AuditEntry:
        """The entry that seals a day, honest but for `changed`."""
        day = clock.local_day(on)
        worker = audit.EntryActor(ident("worker"), Role.SERVICE, None, self.agency)
        at, reason = Ms(clock.end_of_day(day) + consultations.AFTER_MS), consultations.reason_of(day)
        honest = an_entry(Verb.LOOKS_SEALED, worker, at=at, reason=reason, manifest=root)
        return replace(honest, **changed)  # type: ignore[arg-type]  # the test says what

    def _sent(self, n: int) -> activity_record.SentLine:
        return activity_record.SentLine(
            self.device, Ms(UNTIL - clock.DAY_MS), Capability.SITE, ("Invented words.",), drawn(f"sent {n}"), None
        )

    def _day(self, back: int, number: int, **changed: object) -> Day:
        """A day of two lines of this case and one of another, with its entry appended to the log."""
        on = clock.start_of_day(clock.local_day(Ms(UNTIL - back * clock.DAY_MS)))
        lines = [
            Consultation(self.case, on, Role.OFFENDER_MANAGER, self.team, Verb.CASE_CONSULTED),
            Consultation(self.case, on, Role.SUPERVISOR, None, Verb.ALERT_REVIEW),
            Consultation(ident("other case"), on, Role.SUPERVISOR, None, Verb.ALERT_REVIEW),
        ]
        salts = [bytes.fromhex(drawn(f"salt {on} {n}")) for n in range(3)]
        commits = [consultations.commit_of(line, salt) for line, salt in zip(lines, salts, strict=True)]
        leaves = consultations.leaves(commits, fillers(f"day {on}"))
        entry, salt = self.entry(on, consultations.root_over(leaves), **changed), bytes.fromhex(drawn(f"entry {on}"))
        previous = drawn(f"previous {number}")
        record = audit.record_of(self.agency, number, bytes.fromhex(previous), audit.commit_of(entry, salt))
        self.records += [record, *(bytes.fromhex(drawn(f"after {on} {n}")) for n in range(5))]
        own = [(lines[n], salts[n], *consultations.prove(commits[n], leaves)) for n in (0, 1)]
        return Day(
            on=on,
            size=len(leaves),
            entry=entry,
            salt=salt,
            number=number,
            previous=previous,
            index=self.records.index(record),
            path=(),
            looks=tuple(activity_record.ProvenConsultation(*line) for line in own),
        )

    def _placed(self, day: Day) -> Day:
        size = next(one.size for one in self.states if one.size > day.index)
        hashes = [leaf_hash(record) for record in self.records[:size]]
        path = prove_inclusion(day.index, len(hashes), subtrees_of(hashes))
        return replace(day, path=tuple(Digest(step.hex()) for step in path))
