"""Reading the agency's log page by page, once its reader has said for what (`core/log/reading.py`).

Rules
- The database shows entries of cases to whom it has a current reading of, in this session (`audit_is_read_now`). Without one these
  queries raise Refused (`log-not-opened`).
- Each page is an entry, in the log of the case that was searched for, else of the agency. It says what was searched for by ids and days.
- A page goes on from time and id of the last entry before it, so that the thousandth costs what the first does.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from django.db.models import Q, QuerySet

from offmon.core import clock as time
from offmon.core.access.roles import Permission, Role
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Operation, Verb
from offmon.core.log.extract import LogSearch
from offmon.core.log.reading import READING_MS, CameFrom, ReadingPurpose, came_from
from offmon.server.audit.actions.entries import append
from offmon.server.audit.models import IS_LOOK, Entry, LogReading
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope

PAGE: Final = 50
MOST_LOOKS: Final = 5000
MOST_REASONS: Final = 3
COLUMNS: Final = ("id", "at", "verb", "outcome", "actor", "actor_role", "case", "reason", "recipient", "alert")


@dataclass(frozen=True, slots=True)
class Reading:
    """That the log is open to somebody: for what, to find out what, and until when."""

    purpose: ReadingPurpose
    question: str
    until: Ms


@dataclass(frozen=True, slots=True)
class LogChoice(LogSearch):
    """A page of what is looked for. `after`: the last entry of the page before; None: the first page."""

    after: tuple[Ms, Id] | None = None

    @property
    def search(self) -> LogSearch:
        """What is looked for, on whichever page."""
        return LogSearch(self.case, self.staff, self.verb, self.operation, self.since, self.until)

    @property
    def page_said(self) -> str:
        """As an entry gives it: the search, and from where the page goes on."""
        return self.said if self.after is None else f"{self.said}; older than {time.utc_text(self.after[0])}"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry, as a reader of the log sees it: who did what in which case, and what the entry says about why."""

    id: Id
    at: Ms
    verb: Verb
    outcome: EntryOutcome
    by: Id
    role: Role
    case: Id | None
    reason: str | None
    recipient: str | None
    came_from: CameFrom


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of entries, newest first. `older`: where the next goes on from; None at the end."""

    lines: tuple[LogLine, ...]
    older: tuple[Ms, Id] | None


@dataclass(frozen=True, slots=True)
class Looker:
    """How often somebody looked at a person, first and last when, from where, and the newest reasons that they gave."""

    by: Id
    role: Role
    looks: int
    first: Ms
    last: Ms
    came_from: dict[CameFrom, int]
    reasons: tuple[str, ...]


def reading(*, actor: Actor) -> Reading | None:
    """The reading that opens the log to the actor's session now; None where they have not said for what they read."""
    actor.check(Permission.AUDIT_READ)
    with scope(actor):
        mine = LogReading.objects.filter(agency=actor.agency, read_by=actor.id, session=actor.session)
        row = mine.filter(begun_at__gt=clock.now() - READING_MS).order_by("-begun_at").first()
        return None if row is None else Reading(row.purpose, row.question, Ms(row.begun_at + READING_MS))


def read(choice: LogChoice, *, actor: Actor, most: int = PAGE) -> LogPage:
    """A page of the agency's log. Raises Refused (`log-not-opened`)."""
    with scope(actor):
        _note(choice, actor)
        found = _after(entries_like(choice, actor), choice).order_by("-at", "-id")[: most + 1]
        lines = [line_of(*row) for row in found.values_list(*COLUMNS)]
    more = len(lines) > most
    return LogPage(tuple(lines[:most]), (lines[most - 1].at, lines[most - 1].id) if more else None)


def lookers(choice: LogChoice, *, actor: Actor) -> list[Looker]:
    """Who looked at the person of a case in that time, whoever looked last first: of the newest `MOST_LOOKS` looks. Empty without a case.

    On the page that `read` logs. Raises Refused (`log-not-opened`).
    """
    if choice.case is None:
        return []
    with scope(actor):
        check_is_open(actor)
        looks = entries_like(replace(choice, verb=None, operation=Operation.CONSULTATION), actor)
        people = looks.filter(outcome=EntryOutcome.ALLOWED).exclude(
            actor_role__in=[Role.SERVICE, Role.SUPERVISED_PERSON]
        )
        lines = [line_of(*row) for row in people.order_by("-at", "-id")[:MOST_LOOKS].values_list(*COLUMNS)]
    by = defaultdict[tuple[Id, Role], list[LogLine]](list)
    for line in lines:
        by[line.by, line.role].append(line)
    return [_looker(who, role, given) for (who, role), given in by.items()]


def check_is_open(actor: Actor) -> Reading:
    """The actor's reading now. Raises Refused (`log-not-opened`) where there is none. Inside the open scope."""
    opened = reading(actor=actor)
    if opened is None:
        raise Refused("log-not-opened", "Say first for what you read the log.")
    return opened


def _note(choice: LogChoice, actor: Actor) -> None:
    check_is_open(actor)
    append(actor, Verb.LOG_READ, case=choice.case, reason=choice.page_said)


def entries_like(choice: LogSearch, actor: Actor) -> "QuerySet[Entry]":
    """What a search finds, whichever page. Inside the open scope; row-level security shows what a reading opens."""
    wanted = {
        "case": choice.case,
        "actor": choice.staff,
        "verb": choice.verb,
        "at__gte": choice.since,
        "at__lt": choice.until,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    rows = Entry.objects.filter(agency=actor.agency, **given)
    if choice.operation is Operation.CONSULTATION:
        return rows.filter(IS_LOOK)
    return rows if choice.operation is None else rows.filter(operation=choice.operation)


def _after(rows: "QuerySet[Entry]", choice: LogChoice) -> "QuerySet[Entry]":
    if choice.after is None:
        return rows
    at, last = choice.after
    return rows.filter(at__lte=at).exclude(Q(at=at, id__gte=last))


def line_of(entry: Id, at: Ms, verb: str, outcome: str, *rest: Any) -> LogLine:
    """A row of `COLUMNS`, as a reader of the log sees it."""
    by, role, case, reason, recipient, alert = rest
    act = Verb(verb)
    came = came_from(act, alert)
    return LogLine(entry, at, act, EntryOutcome(outcome), by, Role(role), case, reason, recipient, came)


def _looker(who: Id, role: Role, lines: list[LogLine]) -> Looker:
    given = (line.reason for line in lines if line.reason and line.verb is not Verb.LOG_READ)
    reasons = tuple(reason for reason, _ in groupby(given))[:MOST_REASONS]
    came = Counter(line.came_from for line in lines)
    return Looker(who, role, len(lines), lines[-1].at, lines[0].at, dict(came), reasons)
