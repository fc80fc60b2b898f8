"""Everything that waits for a member of staff where they work now. Each person shown is consulted, by the verb of what is shown (R-DPA-15).

Rules
- What is gravest or longest overdue comes first in each part. A part that the role may not read is empty.
- Nothing here is decided by software, and nothing is kept: each line leads to the page where a person acts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.alerts.acknowledgement import Holder
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.states import DeploymentState
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.covers import CoverView, covers_within
from offmon.server.agencies.rota.queries import GapView, gaps_ahead
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append_each
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.queries.reviews import MonitoringDue, due_before
from offmon.server.deployments.queries.stopped import stopped_among
from offmon.server.intake.devices.queries import TaskView, tasks_waiting
from offmon.server.intake.quarantine.queries import LockedView, waiting_quarantines
from offmon.server.orders import queries as orders
from offmon.server.orders.agreements.queries import AgreementNews, news_of
from offmon.server.orders.end_events.queries import EventView, events_of
from offmon.server.orders.licences.queries import LicenceView, to_see_to
from offmon.server.people import queries as people
from offmon.server.people.queries import PersonView
from offmon.server.rights.end_certificates.queries import Owed, owed
from offmon.server.rights.requests import queries as requests
from offmon.server.rights.requests.queries import RequestRow
from offmon.server.start_page import menu, second_person
from offmon.server.start_page.second_person import Asked, OwnAsked
from offmon.server.triage import queries as triage
from offmon.server.triage.queries import ActionView, Waiting
from offmon.server.triage.queries.attention import missed
from offmon.server.triage.queries.called import references_of_calls
from offmon.server.triage.queries.passing import Passed, passed_to
from offmon.server.triage.queries.queue_lines import QueueRow, undecided_rows

ALERTS_SHOWN: Final = 5
TASKS_SHOWN: Final = 10
STEPS_SHOWN: Final = 10
_FURTHEST: Final = (None, *DeploymentState)
REVIEW_AHEAD_MS: Final = 28 * DAY_MS
EVENT_AHEAD_MS: Final = 8 * DAY_MS


@dataclass(frozen=True, slots=True)
class NextStep:
    """A case that waits for its officer before anything is collected: `state` says what comes next; None: nothing is drafted.

    `stopped`: why nothing may be installed, though it was authorised.
    """

    case: Id
    state: DeploymentState | None
    stopped: str | None = None


REVIEW_SHOWN: Final = {
    Permission.DEPLOYMENT_AUTHORISE: 28,
    Permission.DEPLOYMENT_DRAFT: 14,
    Permission.TEAM_READ: 3,
}


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """A document of the agency that counts no longer from `by` on, unless it is replaced. `kind`: of record."""

    kind: str
    id: Id
    title: str
    by: Ms


@dataclass(frozen=True, slots=True)
class StartPage:
    """What waits. `people`: of each case that a line is about. `findings`: how many records did not match the log, of late or still.

    `waits`: what the menu counts.
    """

    called: Mapping[Id, str]
    alerts: list[QueueRow]
    tasks: list[ActionView]
    answers: list[Asked]
    requests: list[RequestRow]
    steps: list[NextStep]
    devices: list[TaskView]
    reviews: list[ReviewDue]
    monitoring: list[MonitoringDue]
    licences: list[LicenceView]
    agreements: list[AgreementNews]
    events: list[EventView]
    owed: list[Owed]
    own: list[OwnAsked]
    locked: list[LockedView]
    findings: int
    covers: list[CoverView]
    gaps: tuple[GapView, ...]
    missed: int
    passed: list[Passed]
    waits: Waiting
    people: Mapping[Id, PersonView]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits for them."""
        parts = (
            self.alerts,
            self.tasks,
            self.answers,
            self.requests,
            self.steps,
            self.devices,
            self.reviews,
            self.own,
            self.locked,
        )
        return (
            not any((*parts, self.passed, self.monitoring, self.licences, self.agreements, self.events, self.owed))
            and not self.findings
        )


def start_page(*, actor: Actor) -> StartPage:
    """All of it; an entry for each person whose name is shown."""
    at = clock.now()
    with scope(actor):
        alerts = undecided_rows(actor, ALERTS_SHOWN) if actor.may(Permission.QUEUE_READ) else []
        tasks = triage.open_actions(TASKS_SHOWN, actor) if actor.may(Permission.ACTION_READ) else []
        asked = requests.open_rows(actor) if actor.may(Permission.REQUEST_READ) else {}
        counts, lines = menu.asked(actor, at)
        answers, own = second_person.to_answer(actor, lines), second_person.own(actor, lines)
        mine = agencies.caseload_of(actor.id, at)
        steps, devices, monitoring = _steps(actor, at, mine), _devices(actor, at), _monitoring_due(actor, at, mine)
        licences, agreements, events = _licences(actor, mine), _agreements(actor, at, mine), _events(actor, at, mine)
        owed, locked = _owed(actor, mine), waiting_quarantines(actor, mine)
        parts = (steps, devices, monitoring, licences, agreements, events, owed, locked)
        other = {one.case for part in parts for one in part}
        other |= {one.case for part in (answers, own) for one in part if one.case is not None}
        looked = {
            Verb.QUEUE_CONSULTED: {one.case for one in alerts},
            Verb.ACTION_CONSULTED: {one.case for one in tasks},
            Verb.REQUEST_CONSULTED: set(asked),
            Verb.START_PAGE_CONSULTED: other,
        }
        for verb in (one for one in looked if looked[one]):
            append_each(actor, verb, cases=looked[verb])
        named = people.names_of({case for cases in looked.values() for case in cases})
        return StartPage(
            called=references_of_calls(actor) if actor.may(Permission.QUEUE_READ) else {},
            alerts=sorted(alerts, key=lambda one: (one.holder is Holder.OWNER, one.due_at > at)),
            tasks=tasks,
            answers=answers,
            requests=sorted(
                (row for rows in asked.values() for row in rows), key=lambda row: (row.due is None, row.days_left or 0)
            ),
            steps=steps,
            devices=devices,
            reviews=reviews_due(actor, at),
            monitoring=monitoring,
            licences=licences,
            agreements=agreements,
            events=events,
            owed=owed,
            own=own,
            locked=locked,
            findings=_findings(actor, at),
            covers=covers_within(actor) if actor.may(Permission.CASELOAD_MANAGE) else [],
            gaps=gaps_ahead(actor),
            missed=len(missed(at, actor)),
            passed=[one for one in passed_to(actor=actor) if one.case not in mine],
            waits=menu.counted(counts, len(answers) + sum(one.refused is not None for one in own)),
            people=named,
        )


def _monitoring_due(actor: Actor, at: Ms, mine: Collection[Id]) -> list[MonitoringDue]:
    """Whoever records a review sees it four weeks before, whoever keeps the case two, and their supervisor three days (R-LEG-23)."""
    if actor.is_guest or not actor.may(Permission.DEPLOYMENT_READ):
        return []
    for permission, days in REVIEW_SHOWN.items():
        if actor.may(permission):
            return due_before(Ms(at + days * DAY_MS), mine)
    return []


def _licences(actor: Actor, mine: Collection[Id]) -> list[LicenceView]:
    """Whoever keeps a case sees which licence stopped or changed; so nobody waits for a message from elsewhere (R-LEG-16)."""
    if actor.is_guest or not actor.may(Permission.DEPLOYMENT_DRAFT):
        return []
    return to_see_to(mine)


def _agreements(actor: Actor, at: Ms, mine: Collection[Id]) -> list[AgreementNews]:
    """Whoever keeps a case sees what the person withdrew of late, and which agreement soon runs out (R-LEG-20, R-LEG-21)."""
    if actor.is_guest or not actor.may(Permission.INSTRUMENT_RECORD):
        return []
    return news_of(mine, at)


def _events(actor: Actor, at: Ms, mine: Collection[Id]) -> list[EventView]:
    """Whoever keeps a case sees a week before that they must confirm an event, and once nobody did (R-LEG-18)."""
    if actor.is_guest or not actor.may(Permission.INSTRUMENT_RECORD):
        return []
    return [one for one in events_of(mine, at) if one.until < at + EVENT_AHEAD_MS]


def _steps(actor: Actor, at: Ms, mine: Collection[Id]) -> list[NextStep]:
    if not actor.may(Permission.NOTICE_SERVE):
        return []
    waiting = deployments.not_begun(mine).items()
    nearest = sorted(waiting, key=lambda one: (-_FURTHEST.index(one[1]), one[0]))
    shown = dict(nearest[:STEPS_SHOWN])
    stopped = stopped_among([case for case, state in shown.items() if state is not None], at)
    return [NextStep(case, state, stopped[case].message if case in stopped else None) for case, state in shown.items()]


def _owed(actor: Actor, mine: Collection[Id]) -> list[Owed]:
    """Whose person is owed an end certificate, for those who give it."""
    if actor.is_guest or not actor.may(Permission.NOTICE_SERVE):
        return []
    return owed(mine)


def _devices(actor: Actor, at: Ms) -> list[TaskView]:
    """Which devices need someone to look after them, for those who may say what they found."""
    if not actor.may(Permission.DEPLOYMENT_READ) or not actor.may(Permission.ALERT_DECIDE):
        return []
    return tasks_waiting(at)


def _findings(actor: Actor, at: Ms) -> int:
    if not actor.may(Permission.AUDIT_READ):
        return 0
    return sum(bool(one.stand) or one.newest > at - REVIEW_AHEAD_MS for one in log.mismatches(actor=actor))


def reviews_due(actor: Actor, at: Ms) -> list[ReviewDue]:
    """Inside the scope that is open, the documents that no later one replaces, for who may prepare or agree to the next."""
    found = list[ReviewDue]()
    if actor.may(Permission.ASSESSMENT_PREPARE) or actor.may(Permission.ASSESSMENT_SIGN):
        signed = [one for one in orders.assessments() if one.signed_at is not None]
        found += [
            ReviewDue("assessment", one.id, one.title, one.review_by)
            for one in signed
            if not any(
                later.review_by > one.review_by
                and {*one.capabilities} <= {*later.capabilities}
                and {*one.sources} <= {*later.sources}
                for later in signed
            )
        ]
    if actor.may(Permission.POLICY_PREPARE) or actor.may(Permission.POLICY_AGREE):
        agreed = [one for one in orders.policies() if one.agreed_at is not None]
        found += [ReviewDue("policy-document", one.id, one.title, one.review_by) for one in agreed[:1]]
    return sorted((one for one in found if one.by <= at + REVIEW_AHEAD_MS), key=lambda one: one.by)
