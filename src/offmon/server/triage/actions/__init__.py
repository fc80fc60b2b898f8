"""What people write to triage: they decide, correct, and record what came of it (design §1.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from django.db.models import Q

from offmon.core.alerts.correction import check_cancelled, check_correction
from offmon.core.alerts.follow_up import FOLLOWS, check_content_seen, latest, needs_content, welfare_due
from offmon.core.errors import Refused, passes
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome, Welfare
from offmon.core.states import AlertState
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.actions import Cover, cover_cases, hand_on_cases
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.triage.models import OPEN, Action, Alert, Decision
from offmon.server.triage.policy import (
    DECIDED_ALREADY,
    check_assign,
    check_complete,
    check_correct,
    check_decide,
    check_follow,
    check_record_welfare,
)
from offmon.server.triage.queries import check_looked_at, latest_decision

CORRECTED_ALREADY: Final = ("corrected-already", "This decision was corrected already. Read the newest decision.")
ONE_A_PLACE: Final = "decision_one_or_corrected_once"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who does what follows, and by when. What is left open, the rule says: whoever decides, and the rule's own time."""

    owner: Id | None = None
    due_at: Ms | None = None


BY_RULE: Final = Plan()


@action
def do_decide(
    alert: Id,
    outcome: DecisionOutcome,
    reason: str,
    plan: Plan = BY_RULE,
    *,
    shown: int,
    unseen_reason: str | None = None,
    actor: Actor,
) -> Id:
    """A named human decides an alert that they looked at as it is, once, with an outcome and a reason (R-AI-5, R-LEG-28). The decision.

    `shown`: how many findings the page showed on which they decide. `unseen_reason`: why they revealed none of them. What the outcome
    calls for stands there in the same transaction, or nothing is decided.
    """
    return _decide(alert, outcome, reason, plan, shown=shown, unseen_reason=unseen_reason, actor=actor)


def _decide(
    alert: Id,
    outcome: DecisionOutcome,
    reason: str,
    plan: Plan = BY_RULE,
    *,
    shown: int,
    unseen_reason: str | None = None,
    actor: Actor,
) -> Id:
    row = as_left(Alert.objects.select_for_update().get(id=alert))
    check_decide(actor, row, reason)
    agencies.check_logged_on(row.case, actor.id, clock.now())
    check_looked_at(row, shown, actor=actor)
    decision = _decision(row, outcome, reason, unseen_reason, actor)
    with once(ONE_A_PLACE, *DECIDED_ALREADY):
        following = _save(decision, row, plan)
    row.state = AlertState.DECIDED
    row.save(update_fields=["state"])
    touched = (row, decision, *following)
    append(actor, Verb.ALERT_DECIDED, case=row.case, touched=touched, alert=row.id, decision=decision.id)
    return decision.id


@dataclass(frozen=True, slots=True)
class Shown:
    """An alert as a page showed it: how many findings it had there."""

    alert: Id
    findings: int


@action
def do_decide_together(alerts: Sequence[Shown], outcome: DecisionOutcome, reason: str, *, actor: Actor) -> list[Id]:
    """A named human decides several alerts of one person at once, for one reason: each a decision of its own, or none (R-AI-5). These.

    Only an outcome that calls for nothing: what calls for a task is decided alert by alert. Each was looked at, as `do_decide` asks.
    """
    if outcome in FOLLOWS:
        raise Refused("task-alone", "An outcome with a task is decided on each alert's own page.")
    return [
        _decide(one.alert, outcome, reason, shown=one.findings, actor=actor)
        for one in sorted(alerts, key=attrgetter("alert"))
    ]


@action
def do_assign(alert: Id, to: Id, reason: str, *, actor: Actor) -> None:
    """Hand an undecided alert to a colleague on the case, for a reason. It stays as due as it was."""
    row = as_left(Alert.objects.select_for_update().get(id=alert))
    check_assign(actor, row, to, reason)
    agencies.check_logged_on(row.case, actor.id, clock.now())
    row.owner = to
    row.save(update_fields=["owner"])
    append(actor, Verb.ALERT_ASSIGNED, case=row.case, touched=(row,), alert=row.id, reason=reason)


@action
def do_cover(cover: Cover, *, actor: Actor) -> int:
    """While somebody is away a colleague works their cases, until a day; and has their undecided alerts. How many cases."""
    cases = cover_cases(cover, actor=actor)
    _pass_alerts(cases, cover.away, cover.by, cover.reason, actor)
    return len(cases)


@action
def do_hand_on(left: Id, to: Id, reason: str, *, actor: Actor) -> int:
    """The cases of somebody who has left go to a colleague for good, and their undecided alerts. How many cases. Raises Refused."""
    cases = hand_on_cases(left, to, reason, actor=actor)
    _pass_alerts(cases, left, to, reason, actor)
    return len(cases)


def take_over_alerts(case: Id, to: Id, reason: str, *, actor: Actor) -> None:
    """All undecided alerts of a case go to one person, inside the caller's action: nobody who had them is left."""
    owners = (
        Alert.objects.filter(case=case)
        .exclude(Q(state=AlertState.DECIDED) | Q(owner=to))
        .values_list("owner", flat=True)
    )
    for owner in sorted({owner for owner in owners if owner is not None}):
        _pass_alerts([case], owner, to, reason, actor)


def _pass_alerts(cases: Sequence[Id], whose: Id, to: Id, reason: str, actor: Actor) -> None:
    theirs = Alert.objects.select_for_update().filter(case__in=cases, owner=whose)
    for row in theirs.exclude(state=AlertState.DECIDED).order_by("id"):
        if not passes(as_left, row):
            continue  # it stays as it is until it is put right, and keeps nobody from their leave
        row.owner = to
        row.save(update_fields=["owner"])
        append(actor, Verb.ALERT_ASSIGNED, case=row.case, touched=(row,), alert=row.id, reason=reason)


@dataclass(frozen=True, slots=True)
class Correction:
    """Which decision is corrected and why, and what becomes of the open tasks: kept, or cancelled for that reason."""

    corrects: Id
    why: str
    cancelled_reason: str | None


@action
def do_correct(
    alert: Id,
    outcome: DecisionOutcome,
    reason: str,
    plan: Plan,
    correction: Correction,
    *,
    shown: int,
    unseen_reason: str | None = None,
    actor: Actor,
) -> Id:
    """A named human corrects the decision of an alert, with a reason: a new decision takes its place, and both stay (R-AI-5). The new one.

    Open tasks of earlier decisions stay or are cancelled in the same transaction. `shown`, `unseen_reason`: as in `do_decide`.
    """
    row = as_left(Alert.objects.select_for_update().get(id=alert))
    corrected = latest_decision(alert)
    if corrected is None or corrected.id != correction.corrects:
        raise Refused(*CORRECTED_ALREADY)
    check_correct(actor, row, corrected, reason)
    agencies.check_logged_on(row.case, actor.id, clock.now())
    check_looked_at(row, shown, actor=actor)
    decision = _decision(row, outcome, reason, unseen_reason, actor)
    decision.corrects, decision.why_corrected = corrected, correction.why
    check_correction(decision.core(), corrected.core())
    with once(ONE_A_PLACE, *CORRECTED_ALREADY):
        following = _save(decision, row, plan)
    touched = (decision, *following, *_cancel(decision, correction.cancelled_reason))
    append(actor, Verb.DECISION_CORRECTED, case=row.case, touched=touched, alert=row.id, decision=decision.id)
    return decision.id


def _decision(alert: Alert, outcome: DecisionOutcome, reason: str, unseen_reason: str | None, actor: Actor) -> Decision:
    """A decision as its maker gives it. Raises Refused (`content-not-seen`)."""
    seen = log.revealed(alert.id, alert.case, actor=actor)
    check_content_seen(outcome, seen, unseen_reason)
    return Decision(
        agency=alert.agency,
        case=alert.case,
        alert=alert,
        outcome=outcome,
        reason=reason,
        decided_by=actor.id,
        decided_at=clock.now(),
        unseen_reason=None if seen or not needs_content(outcome) else unseen_reason,
    )


def _save(decision: Decision, alert: Alert, plan: Plan) -> tuple[Action, ...]:
    """Write a decision and the action that it calls for, if any: this action."""
    following = _following(decision, alert, plan)
    check_follow(decision, following)
    decision.action_id = None if following is None else following.id
    decision.save(force_insert=True)
    if following is None:
        return ()
    following.save(force_insert=True)
    return (following,)


def _cancel(by: Decision, reason: str | None) -> tuple[Action, ...]:
    """Cancel the open actions of the earlier decisions of the alert, if there is a reason to: these actions."""
    earlier = Action.objects.select_for_update().filter(OPEN, alert=by.alert).exclude(decision=by).order_by("id")
    rows = () if reason is None else tuple(map(as_left, earlier))
    for row in rows:
        row.cancelled_in, row.cancelled_reason = by, reason
        check_cancelled(row.core(), by.core())
        row.save(update_fields=["cancelled_in", "cancelled_reason"])
    return rows


def _following(decision: Decision, alert: Alert, plan: Plan) -> Action | None:
    """The action that the outcome calls for, as planned."""
    called = FOLLOWS.get(decision.outcome)
    if called is None:
        return None
    return Action(
        agency=decision.agency,
        case=decision.case,
        decision=decision,
        alert=alert,
        what=called.kind,
        owner=decision.decided_by if plan.owner is None else plan.owner,
        due_at=latest(called, decision.decided_at) if plan.due_at is None else plan.due_at,
        welfare_due=welfare_due(called, alert.gravity),
    )


@action
def do_record_welfare(action_id: Id, welfare: Welfare, *, actor: Actor) -> None:
    """Record that someone asked, before contact, whether the person may harm themselves, and what came of it (R-RGT-18)."""
    row = as_left(Action.objects.select_for_update().get(id=action_id))
    check_record_welfare(actor, row)
    row.welfare, row.welfare_by, row.welfare_at = welfare, actor.id, clock.now()
    row.save(update_fields=["welfare", "welfare_by", "welfare_at"])
    append(actor, Verb.ACTION_WELFARE, case=row.case, touched=(row,), alert=row.alert_id, decision=row.decision_id)


@action
def do_complete_action(action_id: Id, outside_reference: str, outcome: str, *, actor: Actor) -> None:
    """Record that an action was done: what came of it, and where that stands. Once."""
    row = as_left(Action.objects.select_for_update().get(id=action_id))
    row.outside_reference, row.outcome = outside_reference, outcome
    check_complete(actor, row)
    row.done_by, row.done_at = actor.id, clock.now()
    row.save(update_fields=["outside_reference", "outcome", "done_by", "done_at"])
    append(actor, Verb.ACTION_DONE, case=row.case, touched=(row,), alert=row.alert_id, decision=row.decision_id)
