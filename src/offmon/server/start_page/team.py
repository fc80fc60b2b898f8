"""How a supervisor's team stands: the load of each officer and how old it is, and the cases that nobody keeps.

Rules
- It counts what is on the supervisor's own caseload, by whom it is assigned to. A figure names no supervised person.
- A case that nobody keeps is named, so that it can be given to somebody. That is a consultation (R-DPA-15).
- Of what an officer revealed it is counted how often, and never what.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from offmon.core.access.roles import Permission, Role
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.covers import LeaverView, leavers
from offmon.server.agencies.queries import StaffView
from offmon.server.audit.actions import append_each
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.evidence import queries as evidence
from offmon.server.people import queries as people
from offmon.server.people.queries import PersonView
from offmon.server.triage import queries as triage
from offmon.server.triage.queries import ActionView
from offmon.server.triage.queries.attention import MissedAlert, missed, shown
from offmon.server.triage.queries.queue_lines import Load, loads
from offmon.server.triage.queries.second_looks import Agreement, OpenLook, agreement, open_looks

LATE_SHOWN: Final = 50
REVEALED_MS: Final = 7 * DAY_MS
_NONE: Final = Load(0, 0, 0, None)


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """One officer: how many cases they keep, their undecided alerts, their tasks, and how often they revealed something in seven days.

    `staff` None: what is assigned to nobody.
    """

    staff: StaffView | None
    cases: int
    alerts: Load
    tasks: int
    late_tasks: int
    revealed: int

    @property
    def has_work(self) -> bool:
        """Whether anything is assigned to them."""
        return bool(self.cases or self.alerts.total or self.tasks)


@dataclass(frozen=True, slots=True)
class LateTask:
    """A task that is overdue, and the officer who keeps its case now: None where nobody does."""

    task: ActionView
    keeper: str | None


@dataclass(frozen=True, slots=True)
class Team:
    """The officers, the furthest behind first; who left cases behind; the cases that no officer keeps; second looks, and how they agreed.

    `late`: the tasks that are overdue, the longest first, at most `LATE_SHOWN`. `missed`: how many alerts were neither looked at nor
    passed on in time; `exceptions`: some of these, the newest first.
    """

    officers: list[OfficerLine]
    late: list[LateTask]
    leavers: list[LeaverView]
    orphaned: list[PersonView]
    drawn: list[OpenLook]
    agreement: list[Agreement]
    missed: int
    exceptions: tuple[MissedAlert, ...]

    @property
    def most(self) -> int:
        """The most undecided alerts that one of them has, at least 1."""
        return max((one.alerts.total for one in self.officers), default=0) or 1


def team(*, actor: Actor, exceptions: slice = slice(0)) -> Team:
    """The team, and an entry for each person who is named. `exceptions`: which of them are shown."""
    actor.check(Permission.TEAM_READ)
    at = clock.now()
    with scope(actor):
        cases = agencies.caseload_of(actor.id, at)
        keepers = agencies.keepers_of(cases, at)
        kept, alerts, tasks = Counter(keepers.values()), loads(at), triage.tasks_by_owner(at)
        revealed = evidence.reveals_by_person(Ms(at - REVEALED_MS))
        staff = _officers(actor, {*kept, *alerts, *tasks} - {None})
        officers = [
            OfficerLine(
                one, *_of(None if one is None else one.id, kept, alerts, tasks), revealed[one.id if one else None]
            )
            for one in (None, *staff)
        ]
        busy = [one for one in officers if one.staff is not None or one.alerts.total]
        orphaned = people.names_of(case for case in cases if case not in keepers)
        append_each(actor, Verb.START_PAGE_CONSULTED, cases=orphaned)
        late = triage.late_actions(at, LATE_SHOWN, actor)
        append_each(actor, Verb.ACTION_CONSULTED, cases={one.case for one in late})
        keeper_names = agencies.names_of(set(keepers.values()))
        behind = sorted(busy, key=lambda one: (-one.alerts.overdue, -one.alerts.total, -one.late_tasks))
        by_reference = sorted(orphaned.values(), key=lambda one: one.reference)
        overdue = [LateTask(one, keeper_names.get(keepers[one.case]) if one.case in keepers else None) for one in late]
        drawn, agreed = open_looks(actor), agreement(at)
        late_ones = missed(at, actor)
        some = shown(late_ones[exceptions])
        return Team(behind, overdue, leavers(actor=actor), by_reference, drawn, agreed, len(late_ones), some)


def _officers(actor: Actor, working: set[Id | None]) -> list[StaffView]:
    """Whoever has something, and every officer of the supervisor's own team: who has nothing has room."""
    own = [one for one in agencies.staff_with([Role.OFFENDER_MANAGER], actor.agency) if one.team == actor.team]
    named = agencies.staff_named({one for one in working if one is not None} | {one.id for one in own})
    return sorted(named.values(), key=lambda one: (one.display_name, one.id))


def _of(
    staff: Id | None, kept: Counter[Id], alerts: Mapping[Id | None, Load], tasks: Mapping[Id | None, tuple[int, int]]
) -> tuple[int, Load, int, int]:
    return (kept[staff] if staff else 0, alerts.get(staff, _NONE), *tasks.get(staff, (0, 0)))
