"""Every write to the desk: a request that came by another way than the portal, and each step of any request.

Rules
- However it came, a request is the same row with the same deadline (R-RGT-12). That staff entered it is a step of its own.
- The staff of a case record a request. Its desk answers it (`core/person/request_desk.py`), since much of what people ask concerns them.
- Whoever takes a request up gets access to its case, until they have answered all that they took up there.
- No entry says of which kind a request is: the log of a case goes to its staff and into bundles.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.person import deadlines
from offmon.core.person.deadlines import Channel, RequestKind, RequestOutcome, RequestStage
from offmon.core.person.request_desk import HIDDEN, TO_ANSWER, check_openable, check_shareable
from offmon.server.agencies.actions import close_answered, open_to_answer
from offmon.server.agencies.queries import check_on_caseload
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key, person_key
from offmon.server.base.ids import new_id
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.rights.models import Request
from offmon.server.rights.requests.models import RequestStep
from offmon.server.rights.requests.policy import ALREADY_DONE, check_desk, check_step

LONGEST_WORDS: Final = 4_000
SHARED_WITH: Final = "the staff of the case"


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What was said by phone, in a letter or in person. `taken_by`: the colleague who heard or opened it."""

    kind: RequestKind
    words: str
    channel: Channel
    received: date
    taken_by: Id


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """What the person was told, how, and on which day. They read it on their own page too. `outcome`: of all but a request for data."""

    words: str
    sent_by: Channel
    sent: date
    outcome: RequestOutcome | None = None


def opened(kind: RequestKind, words: str, received_at: Ms, case: Id, actor: Actor) -> Request:
    """A new request, inside the action that is open, which writes its entry. Raises Refused (`too-long`)."""
    if len(words) > LONGEST_WORDS:
        raise Refused("too-long", "Use 4,000 characters or fewer.")
    row_id = new_id()
    row = Request(
        id=row_id,
        agency=actor.agency,
        case=case,
        kind=kind,
        reference="-".join((kind.value[:1].upper(), row_id[:4], row_id[4:8])).upper(),
        words=person_key().enclose(words.strip(), Request, row_id, "words"),
        received_at=received_at,
    )
    row.save(force_insert=True)
    return row


def received_at(on: date) -> Ms:
    """From when the clock of a request runs that came on that day, whenever somebody enters it."""
    return time.start_of_day(on)


@action
def do_take_down(case: Id, said: TakenDown, *, actor: Actor) -> str:
    """Enter a request that came by another way than the portal. Its reference, for the person to be told. Raises Refused."""
    actor.check(Permission.REQUEST_RECORD)
    now = clock.now()
    check_on_caseload(case, actor.id, now)
    check_on_caseload(case, said.taken_by, now)
    deadlines.check_received(said.received, time.local_day(now))
    if said.channel is Channel.PORTAL:
        raise Refused("not-by-portal", "Requests from the person’s own page are recorded already.")
    row = opened(said.kind, said.words, received_at(said.received), case, actor)
    step = _step(row, RequestStage.TAKEN_DOWN, said.received, actor)
    step.how, step.taken_by = said.channel, said.taken_by
    step.save(force_insert=True)
    append(actor, Verb.REQUEST_TAKEN_DOWN, case=case, touched=(row, step))
    return row.reference


@action
def do_take_up(request: Id, *, actor: Actor) -> None:
    """Say that somebody looks at it from today on; of a complaint, that the person was told that it arrived. Raises Refused.

    The actor gets access to the case where they have none, but for a complaint that is hidden: its staff would see that.
    """
    row = _found(request)
    check_step(actor, row.kind, RequestStage.TAKEN_UP, _done(row))
    step = _step(row, RequestStage.TAKEN_UP, time.local_day(clock.now()), actor)
    _take(step)
    opened_case = [] if row.kind is HIDDEN else open_to_answer(row.case, actor=actor)
    reason = TO_ANSWER if opened_case else None
    append(actor, Verb.REQUEST_TAKEN_UP, case=row.case, touched=(step, *opened_case), reason=reason)


@action
def do_open_its_case(request: Id, *, actor: Actor) -> None:
    """Give the actor access to the case of a request that they answer, until they have. Raises Refused."""
    row = _found(request)
    actor.check(Permission.REQUEST_ANSWER)
    check_desk(actor, row.kind)
    check_openable(_done(row))
    grants = open_to_answer(row.case, actor=actor)
    if not grants:
        raise Refused("open-already", "You already have access to the case.")
    append(actor, Verb.REQUEST_CASE_OPENED, case=row.case, touched=grants, reason=TO_ANSWER)


@action
def do_share(request: Id, reason: str, *, actor: Actor) -> None:
    """Share a complaint with the staff of its case, for a reason: from now on they read it. Raises Refused.

    By who has access to the case, so that they know who reads it.
    """
    row = _found(request)
    done = _done(row)
    check_step(actor, row.kind, RequestStage.SHARED, done)
    check_shareable(row.kind, done, reason)
    check_on_caseload(row.case, actor.id, clock.now())
    step = _step(row, RequestStage.SHARED, time.local_day(clock.now()), actor)
    step.words = _enclosed(reason, step.id)
    _take(step)
    append(actor, Verb.REQUEST_SHARED, case=row.case, touched=(step,), recipient=SHARED_WITH)


@action
def do_extend(request: Id, reasons: str, told_by: Channel, told: date, *, actor: Actor) -> None:
    """Record that the person was told, with the reasons, that their answer takes two months more. Raises Refused."""
    row = _found(request)
    check_step(actor, row.kind, RequestStage.EXTENDED, _done(row))
    _check_day(row, told)
    deadlines.check_extendable(row.kind, time.local_day(row.received_at), told, reasons)
    step = _step(row, RequestStage.EXTENDED, told, actor)
    step.how, step.words = told_by, _enclosed(reasons, step.id)
    _take(step)
    append(actor, Verb.REQUEST_EXTENDED, case=row.case, touched=(step,))


@action
def do_answer(request: Id, answer: RequestAnswer, *, actor: Actor) -> None:
    """Answer the person, who reads it on their own page from now on: the clock stops.

    It ends access that rested on requests alone. Raises Refused.
    """
    row = _found(request)
    check_step(actor, row.kind, RequestStage.ANSWERED, _done(row))
    _check_day(row, answer.sent)
    if not answer.words.strip():
        raise Refused("no-answer", "Enter the answer that the person reads.")
    if answer.outcome is None and row.kind is not RequestKind.DATA:
        raise Refused("no-outcome", "Select the outcome.")
    step = _step(row, RequestStage.ANSWERED, answer.sent, actor)
    step.how, step.outcome = answer.sent_by, answer.outcome
    step.answer = person_key().enclose(answer.words.strip(), RequestStep, step.id, "answer")
    _take(step)
    closed = [] if _still_answers(row.case, actor) else close_answered(row.case, actor=actor)
    append(actor, Verb.REQUEST_ANSWERED, case=row.case, touched=(step, *closed))


def _still_answers(case: Id, actor: Actor) -> bool:
    """Whether the actor took up another request of the case that nobody has answered."""
    answered = RequestStep.objects.filter(case=case, what=RequestStage.ANSWERED).values("request_id")
    taken_up = RequestStep.objects.filter(case=case, what=RequestStage.TAKEN_UP, by=actor.id)
    return taken_up.exclude(request_id__in=answered).exists()


def _step(row: Request, what: RequestStage, on: date, actor: Actor) -> RequestStep:
    return RequestStep(
        agency=row.agency,
        case=row.case,
        request_id=row.id,
        what=what,
        on=time.start_of_day(on),
        by=actor.id,
        at=clock.now(),
    )


def _take(step: RequestStep) -> None:
    with once("requeststep_once", *ALREADY_DONE):
        step.save(force_insert=True)


def _found(request: Id) -> Request:
    """The request. Two acts at once meet at the constraint of their step. Raises Refused for one that the actor cannot read."""
    row = Request.objects.filter(id=request).first()
    if row is None:
        raise Refused(
            "not-on-caseload", "You have no access to this case. Ask its supervisor for access, with a reason."
        )
    return row


def _done(row: Request) -> set[RequestStage]:
    return set(RequestStep.objects.filter(request_id=row.id).values_list("what", flat=True))


def _check_day(row: Request, on: date) -> None:
    """Raises Refused for a day before the request came, or after today."""
    if not time.local_day(row.received_at) <= on <= time.local_day(clock.now()):
        raise Refused("wrong-day", "The day must be between the day of receipt and today.")


def _enclosed(text: str, step: Id) -> bytes:
    return column_key().enclose(text.strip(), RequestStep, step, "words")
