"""Every write to triage: the worker groups and escalates, people decide and record the outcome (design §1.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

from offmon.core.alerts.correction import check_cancelled, check_correction
from offmon.core.alerts.escalation import Holder, counts, due, graver, passes_on, room, waits_since
from offmon.core.alerts.follow_up import FOLLOWS, check_content_seen, latest, needs_content, welfare_due
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome, Welfare
from offmon.core.states import AlertState
from offmon.server.agencies import queries as agencies
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.intake.queries import HeldDisclosure, JournalView, disclosures_since
from offmon.server.triage.models import OPEN, Action, Alert, AlertItem, Cursor, Decision, Handover
from offmon.server.triage.policy import (
    check_complete,
    check_correct,
    check_decide,
    check_follow,
    check_record_welfare,
)
from offmon.server.triage.queries import check_looked_at, last_looks, latest_decision

GROUP_AT_ONCE: Final = 500
DECIDED_ALREADY: Final = ("decided-already", "This alert was decided already. Read the decision.")
CORRECTED_ALREADY: Final = ("corrected-already", "This decision was corrected already. Read the newest decision.")
ONE_A_PLACE: Final = "decision_one_or_corrected_once"


@action
def do_group(journal: JournalView, *, actor: Actor) -> int:
    """Group a journal's disclosures that no one has grouped into alerts. Each once, whatever crashes. How many there were.

    The cursor moves in the transaction that raises the alerts; two workers wait for each other at its row.
    """
    Cursor.objects.get_or_create(device=journal.device, epoch=journal.epoch, defaults={"agency": actor.agency})
    cursor = Cursor.objects.select_for_update().get(device=journal.device, epoch=journal.epoch)
    found = disclosures_since(journal.device, journal.epoch, cursor.n, limit=GROUP_AT_ONCE, actor=actor)
    groups: dict[tuple[str, ...], list[HeldDisclosure]] = {}
    for one in found:
        claim = one.envelope.claim
        groups.setdefault((one.envelope.deployment, claim.kind, claim.list.name, claim.rule), []).append(one)
    for alike in groups.values():
        _join(alike, actor)
    # What was found may reach past the size that `journal` was read with: it grows meanwhile. The cursor never goes back behind it.
    cursor.n = found[-1].n + 1 if found else max(cursor.n, journal.size)
    cursor.save(update_fields=["n"])
    return len(found)


def _join(leaves: Sequence[HeldDisclosure], actor: Actor) -> None:
    """Add like disclosures to their group's undecided alert, as many as it takes; for what is left, or where there is none, open one."""
    while leaves:
        alert = _with_room(leaves[0], actor)
        holds = AlertItem.objects.filter(alert=alert.id).count()
        _widen(alert, leaves[: room(holds)], holds, actor)
        leaves = leaves[room(holds) :]


def _with_room(first: HeldDisclosure, actor: Actor) -> Alert:
    """The undecided alert of a disclosure's group that is not known to be full, or a new one."""
    claim = first.envelope.claim
    like = {
        "deployment": first.envelope.deployment,
        "capability": claim.kind,
        "list_name": claim.list.name,
        "rule": claim.rule,
    }
    undecided = Alert.objects.select_for_update().exclude(state=AlertState.DECIDED)
    alert = undecided.filter(is_full=False, **like).first()
    if alert is None:
        now = clock.now()
        alert = Alert(
            agency=actor.agency,
            case=first.case,
            gravity=claim.gravity,
            owner=agencies.keeper_of(first.case, now),
            opened_at=now,
            last_at=now,
            risen_at=now,
            due_at=due(claim.gravity, now),
            **like,
        )
        alert.save(force_insert=True)
    return alert


def _widen(alert: Alert, leaves: Sequence[HeldDisclosure], holds: int, actor: Actor) -> None:
    """Put these into an alert that groups so many: none into one that grew full before there was an end, of which only that is written."""
    alert.is_full = room(holds + len(leaves)) == 0
    alert.last_at = clock.now() if leaves else alert.last_at
    gravest = reduce(graver, (leaf.envelope.claim.gravity for leaf in leaves), alert.gravity)
    if gravest is not alert.gravity:
        alert.gravity, alert.risen_at = gravest, alert.last_at
        alert.due_at = due(gravest, _held(alert, actor).waits_since or alert.risen_at)
    alert.save(update_fields=["gravity", "last_at", "risen_at", "due_at", "is_full"])
    items = [
        AlertItem(
            agency=actor.agency,
            case=alert.case,
            alert=alert,
            leaf=leaf.id,
            device=leaf.device,
            epoch=leaf.epoch,
            n=leaf.n,
        )
        for leaf in leaves
    ]
    AlertItem.objects.bulk_create(items)
    append(actor, Verb.ALERT_RAISED, case=alert.case, touched=(alert, *items), alert=alert.id)


@dataclass(frozen=True, slots=True)
class _Held:
    """Who has an alert, since when, and from when it waits for them to look."""

    by: Holder
    since: Ms
    waits_since: Ms | None


def _held(alert: Alert, actor: Actor) -> _Held:
    handed = list(Handover.objects.filter(alert=alert).order_by("at"))
    counted = [one for one in handed if counts(one.to, one.at, alert.risen_at)]
    by, since = (counted[-1].to, counted[-1].at) if counted else (Holder.OWNER, alert.opened_at)
    if counted != handed:
        since = max(since, alert.risen_at)
    looked_at = last_looks([alert], actor=actor).get(alert.id)
    return _Held(by, since, waits_since(since, alert.risen_at, looked_at))


@action
def do_pass_on(alert: Id, *, actor: Actor) -> Holder | None:
    """Pass an alert on to the next person, if nobody has looked since it became as grave as it is and it is time. To whom; None: it stays.

    One look is thus enough for whatever is added later and is no graver: that waits in the queue, and passes nothing on (THREATS.md).
    Whoever is passed by can still look and decide, and the alert stays undecided until someone does.
    """
    row = Alert.objects.select_for_update().get(id=alert)
    now, held = clock.now(), _held(row, actor)
    if not passes_on(held.by, row.state, row.gravity, held.waits_since, now):
        return None
    staff = agencies.supervisor_of(row.case, row.owner, now) if held.by is Holder.OWNER else None
    to = Holder.DUTY_INSPECTOR if staff is None else Holder.SUPERVISOR
    handover = Handover(agency=row.agency, case=row.case, alert=row, to=to, staff=staff, since=held.since, at=now)
    handover.save(force_insert=True)
    touched: list[Alert | Handover] = [handover]
    if staff is not None:
        row.owner = staff
        row.save(update_fields=["owner"])
        touched.append(row)
    why = "unseen-since-graver" if held.waits_since == row.risen_at > row.opened_at else "unseen"
    append(actor, Verb.ALERT_PASSED_ON, case=row.case, touched=touched, alert=row.id, reason=why, recipient=to.value)
    return to


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
    row = Alert.objects.select_for_update().get(id=alert)
    check_decide(actor, row, reason)
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
    row = Alert.objects.select_for_update().get(id=alert)
    corrected = latest_decision(alert)
    if corrected is None or corrected.id != correction.corrects:
        raise Refused(*CORRECTED_ALREADY)
    check_correct(actor, row, corrected, reason)
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
    rows = () if reason is None else tuple(earlier)
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
    row = Action.objects.select_for_update().get(id=action_id)
    check_record_welfare(actor, row)
    row.welfare, row.welfare_by, row.welfare_at = welfare, actor.id, clock.now()
    row.save(update_fields=["welfare", "welfare_by", "welfare_at"])
    append(actor, Verb.ACTION_WELFARE, case=row.case, touched=(row,), alert=row.alert_id, decision=row.decision_id)


@action
def do_complete_action(action_id: Id, outside_reference: str, outcome: str, *, actor: Actor) -> None:
    """Record that an action was done: what came of it, and where that stands. Once."""
    row = Action.objects.select_for_update().get(id=action_id)
    row.outside_reference, row.outcome = outside_reference, outcome
    check_complete(actor, row)
    row.done_by, row.done_at = actor.id, clock.now()
    row.save(update_fields=["outside_reference", "outcome", "done_by", "done_at"])
    append(actor, Verb.ACTION_DONE, case=row.case, touched=(row,), alert=row.alert_id, decision=row.decision_id)
