"""The consultations of each day as the person is told of them, under one root in the witnessed log (design §1.6).

The entry itself cannot prove a line to the person. Its number tells how many entries came before, shown or hidden, and it holds the hash of
the last one. It also gives the officer's id and the millisecond. So each line has its own commitment, which says no more than the page.

Rules
- A line is a day, a role, a team and what was consulted, once however often. It is committed field by field, under its own salt.
- The lines of one day, of every case, are the leaves of one tree, sorted by hash. Random leaves fill it to a power of two, at least 256. So
  no place in it and no proof from it says how many lines there are, or whose.
- One entry a day (`looks.sealed`) holds the root, among the agency's *own* entries, whose numbers say nothing of any case. Every day has
  one, so its presence says nothing either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats import codec, commitment
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import AuditEntry, EntryOutcome, Verb
from offmon.core.log.tlog.merkle import check_inclusion, leaf_hash, root_of
from offmon.core.log.tlog.proving import prove_inclusion, subtrees_of

LEAST: Final = 256
AFTER_MS: Final = clock.HOUR_MS
"""How long after its end a day is sealed: what was done in its last moments is in the log by then."""
IN_THE_LOG_MS: Final = 2 * clock.HOUR_MS
"""How long after its end a day's seal is in the log and witnessed, where nothing stood still. Then a device is given the next state."""


@dataclass(frozen=True, slots=True)
class Consultation:
    """Somebody's look, as it is told: the day (its first instant in London), in which role and team, and at what."""

    KIND: ClassVar[str] = "look"

    case: Id
    on: Ms
    role: Role
    team: str | None
    what: Verb


def commit_of(look: Consultation, salt: bytes) -> Digest:
    """The commitment to a line. Raises Malformed (`bad-salt`)."""
    values = codec.to_doc(look)
    del values["kind"]
    return commitment.commit(Consultation.KIND, salt, values)


def room(lines: int) -> int:
    """How many leaves the tree of a day with so many lines has."""
    return max(LEAST, 1 << (lines - 1).bit_length()) if lines else LEAST


def leaves(commits: Sequence[Digest], fillers: Iterable[Digest]) -> tuple[Digest, ...]:
    """The leaves of a day. `fillers` are random and as many as one likes; so many are taken as there is room for."""
    return tuple(sorted((*commits, *islice(fillers, room(len(commits)) - len(commits)))))


def root_over(day: Sequence[Digest]) -> Digest:
    """The root over a day's leaves."""
    return Digest(root_of(_hashes(day)).hex())


def prove(commit: Digest, day: Sequence[Digest]) -> tuple[int, tuple[Digest, ...]]:
    """A line's place among the day's leaves, and what leads from it to the root. ValueError where it is none of them."""
    place = day.index(commit)
    path = prove_inclusion(place, len(day), subtrees_of(_hashes(day)))
    return place, tuple(Digest(step.hex()) for step in path)


def check_line(commit: Digest, place: int, path: Sequence[Digest], size: int, root: Digest) -> None:
    """Raises Malformed or NotAuthentic unless the line is the leaf at `place` of a day of `size` leaves with this root."""
    if size < LEAST or size & (size - 1):
        raise Malformed("bad-day", "A day has a power of two of leaves, and 256 at least.")
    steps = [bytes.fromhex(step) for step in path]
    check_inclusion(leaf_hash(bytes.fromhex(commit)), place, size, steps, bytes.fromhex(root))


def reason_of(on: date) -> str:
    """How the entry of a day names it."""
    return on.isoformat()


def check_seal(entry: AuditEntry, agency: Id, on: Ms) -> Digest:
    """The root that an entry seals a day with. Raises NotAuthentic unless it is that day's, made when the day was over."""
    day = clock.local_day(on)
    is_seal = (entry.verb, entry.outcome, entry.agency, entry.case) == (
        Verb.LOOKS_SEALED,
        EntryOutcome.ALLOWED,
        agency,
        None,
    )
    if not is_seal or entry.reason != reason_of(day) or entry.manifest is None:
        raise NotAuthentic("other-day", "An entry of the log is not the one that seals this day.")
    if on != clock.start_of_day(day) or entry.at < clock.end_of_day(day):
        raise NotAuthentic("too-early", "A day was sealed before it was over.")
    return entry.manifest


def _hashes(day: Sequence[Digest]) -> list[bytes]:
    return [leaf_hash(bytes.fromhex(commit)) for commit in day]
