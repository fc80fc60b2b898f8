"""Every read of the desk: open requests, one request with its steps, and what the portal shows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from offmon.core import clock as time
from offmon.core.access.roles import Permission, Role
from offmon.core.errors import passes
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.person import deadlines
from offmon.core.person.deadlines import Channel, Due, RequestKind, RequestOutcome, RequestStage
from offmon.core.person.request_desk import DESK, HIDDEN, check_openable, kinds_for
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.queries import StaffView
from offmon.server.audit.actions import append, append_each
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key, person_key
from offmon.server.base.scope import scope
from offmon.server.people import queries as people
from offmon.server.people.queries import PersonView
from offmon.server.rights.models import Request
from offmon.server.rights.requests.models import RequestStep
from offmon.server.rights.requests.policy import check_desk, check_step


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list. `due` None: nothing has a day any more. `days_left` is below zero once it is overdue.

    `person`: None for its desk, until somebody there takes it up. `desk`: the role that answers it.
    """

    id: Id
    person: PersonView | None
    desk: Role
    reference: str
    kind: RequestKind
    channel: Channel
    received_at: Ms
    due: Due | None
    days_left: int | None
    done: Mapping[RequestStage, Ms]


@dataclass(frozen=True, slots=True)
class StepView:
    """A step, by whom, and in which words. The words are restricted: in memory for one answer."""

    what: RequestStage
    on: Ms
    by: str
    how: Channel | None
    taken_by: str | None
    outcome: RequestOutcome | None
    words: str | None


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """A request in full: the person's words, every step, and which of them the actor may take.

    `may_open`: the actor may have its case opened to them.
    """

    row: RequestRow
    words: str
    steps: tuple[StepView, ...]
    may: frozenset[RequestStage]
    may_open: bool


@dataclass(frozen=True, slots=True)
class Taking:
    """Whose request somebody is about to take down, and which colleagues may have heard it."""

    person: PersonView
    colleagues: tuple[StaffView, ...]


def open_requests(*, actor: Actor) -> list[RequestRow]:
    """What is not answered of the actor's cases, or for their desk: the longest overdue first, and last what has no day."""
    actor.check(Permission.REQUEST_READ)
    with scope(actor):
        found = open_rows(actor)
        append_each(actor, Verb.REQUEST_CONSULTED, cases=found)
    shown = (row for rows in found.values() for row in rows)
    return sorted(shown, key=lambda one: (one.due is None, one.days_left or 0, one.received_at, one.id))


def open_rows(actor: Actor) -> dict[Id, list[RequestRow]]:
    """The same by case, inside the scope that is open; the caller's query writes the consultations."""
    now = clock.now()
    open_to = agencies.open_at(now).filter(staff_id=actor.id).values("case")
    mine = Q(case__in=open_to) | Q(kind__in=kinds_for(actor.role))
    rows = list(_unanswered().filter(mine, readable(actor)))
    named, steps = people.names_of({row.case for row in rows}), _steps({row.id for row in rows})
    found: dict[Id, list[RequestRow]] = {}
    for row in rows:
        line = _row(row, named.get(row.case), steps.get(row.id, []), time.local_day(now))
        found.setdefault(row.case, []).append(line)
    return found


def for_desk(role: Role) -> "QuerySet[Request]":
    """The unanswered requests for the desk of that role, inside the scope that is open. A count of them is no consultation."""
    return _unanswered().filter(kind__in=kinds_for(role))


def request(request_id: Id, *, actor: Actor) -> RequestDetail | None:
    """One request, opened; None where it is neither on the actor's caseload nor for their desk."""
    actor.check(Permission.REQUEST_READ)
    with scope(actor):
        row = Request.objects.filter(readable(actor), id=request_id).first()
        if row is None:
            return None
        append(actor, Verb.REQUEST_CONSULTED, case=row.case)
        steps = _steps({row.id}).get(row.id, [])
        shown = _row(row, people.names_of([row.case]).get(row.case), steps, time.local_day(clock.now()))
        names = agencies.names_of({one for step in steps for one in (step.by, step.taken_by) if one is not None})
        return RequestDetail(
            row=shown,
            words=person_key().open(row.words, Request, row.id, "words"),
            steps=tuple(_view(step, names) for step in steps),
            may_open=shown.person is None
            and passes(check_desk, actor, row.kind)
            and passes(check_openable, shown.done),
            may=frozenset(step for step in _ours(shown) if passes(check_step, actor, row.kind, step, shown.done)),
        )


def will_read(case: Id, *, actor: Actor) -> list[StaffView]:
    """Who reads a complaint of the case once it is shared. A read of the directory, for who works on the case."""
    actor.check(Permission.REQUEST_ANSWER)
    with scope(actor):
        found = agencies.colleagues_on(case, Permission.REQUEST_READ, clock.now())
        return [one for one in found if one.role is not DESK[HIDDEN]]


def taking_down(case: Id, *, actor: Actor) -> Taking | None:
    """For who is about to take a request down; None outside the caseload."""
    actor.check(Permission.REQUEST_RECORD)
    with scope(actor):
        named = people.names_of([case])
        append_each(actor, Verb.REQUEST_CONSULTED, cases=named)
        if case not in named:
            return None
        return Taking(named[case], tuple(agencies.colleagues_on(case, Permission.REQUEST_READ, clock.now())))


def days_of(case: Id) -> dict[Id, dict[RequestStage, Ms]]:
    """On which day each step of each request of a case was taken. Inside the scope that is open."""
    found: dict[Id, dict[RequestStage, Ms]] = {}
    for request_id, what, on in RequestStep.objects.filter(case=case).values_list("request_id", "what", "on"):
        found.setdefault(request_id, {})[what] = on
    return found


def answers_of(case: Id) -> dict[Id, str]:
    """What the person was answered to each request of a case. Inside the scope that is open; the portal may read no more of a step."""
    rows = RequestStep.objects.filter(case=case, what=RequestStage.ANSWERED).values_list("request_id", "id", "answer")
    return {
        asked: person_key().open(said, RequestStep, step, "answer") for asked, step, said in rows if said is not None
    }


def unanswered(case: Id) -> int:
    """How many requests of a case nobody has answered. Inside the scope that is open; the vault may read no more of them."""
    answered = RequestStep.objects.filter(case=case, what=RequestStage.ANSWERED).values("request_id")
    return Request.objects.filter(case=case).exclude(id__in=answered).count()


def readable(actor: Actor) -> Q:
    """Without what is hidden from the actor, as row-level security leaves it out too: a complaint before its desk shares it."""
    shared = RequestStep.objects.filter(what=RequestStage.SHARED).values("request_id")
    if actor.may(Permission.REQUEST_READ):
        return ~Q(kind=HIDDEN) | Q(kind__in=kinds_for(actor.role)) | Q(id__in=shared)
    return ~Q(kind=HIDDEN)


def asked_since(case: Id, since: Ms) -> dict[RequestKind, int]:
    """How many requests of a case came on that day or since, by kind. A complaint counts once it was shared with who works on the case.

    Inside the scope that is open; the caller's query writes the consultation.
    """
    shared = RequestStep.objects.filter(what=RequestStage.SHARED).values("request_id")
    from_day = time.start_of_day(time.local_day(since))
    came = Request.objects.filter(~Q(kind=HIDDEN) | Q(id__in=shared), case=case, received_at__gte=from_day)
    return Counter(came.values_list("kind", flat=True))


def _unanswered() -> "QuerySet[Request]":
    """Inside the scope that is open: row-level security leaves those of the actor's cases, and those for their desk."""
    answered = RequestStep.objects.filter(what=RequestStage.ANSWERED).values("request_id")
    return Request.objects.exclude(id__in=answered)


def _steps(requests: Iterable[Id]) -> dict[Id, list[RequestStep]]:
    found: dict[Id, list[RequestStep]] = {}
    for step in RequestStep.objects.filter(request_id__in=list(requests)).order_by("at", "id"):
        found.setdefault(step.request_id, []).append(step)
    return found


def _row(row: Request, person: PersonView | None, steps: list[RequestStep], today: date) -> RequestRow:
    done = {step.what: step.on for step in steps}
    due = deadlines.still_due(row.kind, time.local_day(row.received_at), done)
    came = next(
        (step.how for step in steps if step.what is RequestStage.TAKEN_DOWN and step.how is not None), Channel.PORTAL
    )
    return RequestRow(
        id=row.id,
        person=person,
        desk=DESK[row.kind],
        reference=row.reference,
        kind=row.kind,
        channel=came,
        received_at=row.received_at,
        due=due,
        days_left=None if due is None else (due.day - today).days,
        done=done,
    )


def _ours(row: RequestRow) -> list[RequestStage]:
    """The steps that there are yet for a request of its kind."""
    return [
        RequestStage.TAKEN_UP,
        *([RequestStage.SHARED] if row.kind is HIDDEN and RequestStage.TAKEN_UP in row.done else []),
        *([] if row.kind is RequestKind.COMPLAINT else [RequestStage.EXTENDED]),
        RequestStage.ANSWERED,
    ]


def _view(step: RequestStep, names: dict[Id, str]) -> StepView:
    left = "Someone who has left"
    return StepView(
        what=step.what,
        on=step.on,
        by=names.get(step.by, left),
        how=step.how,
        taken_by=None if step.taken_by is None else names.get(step.taken_by, left),
        outcome=step.outcome,
        words=_words(step),
    )


def _words(step: RequestStep) -> str | None:
    """What was said in a step: to the person in the answer, else of them or why."""
    if step.answer is not None:
        return person_key().open(step.answer, RequestStep, step.id, "answer")
    return None if step.words is None else column_key().open(step.words, RequestStep, step.id, "words")
