"""Every read of triage. Each subject shown was consulted: one entry a subject, before the page is returned (R-DPA-15)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from offmon.core.access import roles
from offmon.core.access.roles import Permission
from offmon.core.alerts.escalation import check_looked
from offmon.core.alerts.exhibit import check_sealable
from offmon.core.alerts.explanation import Explanation
from offmon.core.alerts.occurrence import Group
from offmon.core.authority.order import Instrument
from offmon.core.authority.profile import PersonText
from offmon.core.errors import Refused, passes
from offmon.core.ids import Id, Ms, Slug, Versioned
from offmon.core.log.audit import Verb
from offmon.core.log.records import ActionKind, DecisionOutcome, Welfare
from offmon.core.states import AlertState
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.queries import StaffView
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append, append_each
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.intake import queries as intake
from offmon.server.orders import queries as orders
from offmon.server.people import queries as people
from offmon.server.triage.locked.queries import free, free_items
from offmon.server.triage.models import OPEN, Action, Alert, AlertItem, Decision
from offmon.server.triage.policy import check_correct, check_decide
from offmon.server.triage.queries.answers import acknowledgeable
from offmon.server.triage.queries.beside import LikeDecision, Place, decided_before, place_of
from offmon.server.triage.queries.caseload import seen_by
from offmon.server.triage.queries.occurrences import Match, Occurrence, explanations_of, with_context
from offmon.server.triage.queries.permitted import Permitted, permitted
from offmon.server.triage.queries.queue_lines import QueueRow, rows_of
from offmon.server.triage.queries.second_looks import LookView, blind_to, looks_of

ACTIONS_SHOWN = 200
TOGETHER = 20
"""So many alerts at most are shown, and so decided, on one page."""
LEFT = "a member of staff who has left"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many alerts nobody has decided and actions nobody has done, on someone's caseload.

    And requests for their desk, and what else waits for their yes or no.
    """

    alerts: int
    actions: int
    requests: int = 0
    answers: int = 0

    @property
    def total(self) -> int:
        """All together."""
        return self.alerts + self.actions + self.requests + self.answers


@dataclass(frozen=True, slots=True)
class CaseAlert:
    """An alert of a case, for whoever answers its person's request: when it was raised, and whether it was decided."""

    id: Id
    opened_at: Ms
    decided: bool


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What was decided, by whom, when, why, and what follows. `revealed`: its maker saw a disclosure before."""

    id: Id
    outcome: DecisionOutcome
    reason: str
    decided_by: str
    decided_at: Ms
    why_corrected: str | None
    unseen_reason: str | None
    revealed: bool
    action: "ActionView | None"


@dataclass(frozen=True, slots=True)
class ActionView:
    """What follows from a decision, as pages show it. `name` is restricted; `welfare` says how the person was."""

    id: Id
    alert: Id
    case: Id
    reference: str
    name: str
    what: ActionKind
    owner: str
    due_at: Ms
    welfare_due: bool
    welfare: Welfare | None
    outside_reference: str | None
    outcome: str | None
    done_by: str | None
    done_at: Ms | None
    cancelled_reason: str | None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_at is None and self.cancelled_reason is None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """That somebody handed an undecided alert to a colleague, and why."""

    by: str
    at: Ms
    reason: str


@dataclass(frozen=True, slots=True)
class TermSource:
    """Where a condition is from: its order or licence, the page, and the court's own words where they are shown."""

    instrument: Instrument
    page: int
    words: str | None


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert as its page shows it. `sources`: of each term that is still recorded, where it is from.

    `explanations`: of each group of matches, its own first. `decisions`: oldest first; each but the last was corrected by the next.
    `blind`: chance drew it for the reader's second look, so that what was decided is not shown yet; `looks`: what second looks found.
    `like`: how the like was decided; `place`: where it stands among the undecided. Both only of the page that shows all of it.
    """

    row: QueueRow
    case: Id
    sources: dict[Id, TermSource]
    state: AlertState
    occurrences: tuple[Occurrence, ...]
    explanations: tuple[Explanation, ...]
    decisions: tuple[DecisionView, ...]
    owner: Id | None
    may_decide: bool
    may_acknowledge: bool
    may_correct: bool
    deciders: tuple[StaffView, ...]
    sealable: bool
    like: tuple[LikeDecision, ...]
    place: Place | None
    blind: bool
    looks: tuple[LookView, ...]
    handed: "HandedOver | None"
    permitted: Permitted | None

    @property
    def terms(self) -> list[PersonText]:
        """The conditions that any of its matches relates to, each once."""
        return list({term.term: term for one in self.explanations for term in one.terms}.values())

    @property
    def revealable(self) -> tuple[Occurrence, ...]:
        """What can be revealed, each by itself: its page loads, and what follows them."""
        return (*self.occurrences, *(one.context for one in self.occurrences if one.context is not None))

    def of_leaf(self, leaf: Id) -> tuple[Occurrence, Match] | None:
        """The page load and the match of one of its disclosures; None: it has no such disclosure."""
        pairs = ((load, match) for load in self.occurrences for match in load.matches)
        return next((pair for pair in pairs if pair[1].leaf == leaf), None)

    @property
    def decision(self) -> DecisionView | None:
        """The decision that counts."""
        return self.decisions[-1] if self.decisions else None

    @property
    def action(self) -> ActionView | None:
        """What follows from it."""
        return None if self.decision is None else self.decision.action


def undecided(case: Id) -> int:
    """How many alerts of a case nobody has decided. Inside the scope that is open; a count is no consultation."""
    return free(Alert.objects.filter(case=case).exclude(state=AlertState.DECIDED)).count()


def alerts_of(case: Id, *, actor: Actor) -> list[CaseAlert]:
    """The newest 100 alerts of a case, decided or not; none outside the actor's caseload. An entry says that they were shown."""
    actor.check(Permission.ALERT_READ)
    with scope(actor):
        rows = Alert.objects.filter(case=case).order_by("-opened_at", "id")
        found = [CaseAlert(row.id, row.opened_at, row.state is AlertState.DECIDED) for row in rows[:100]]
        if found:
            append(actor, Verb.ALERT_CONSULTED, case=case)
        return found


def alert(alert_id: Id, *, actor: Actor) -> AlertView | None:
    """All of one alert, looked at: an ALERT_REVIEW with its id, its own reason (R-DPA-16). None outside the actor's caseload.

    For the page that shows all of it, and no other: whoever decides is taken to have seen it (`check_looked_at`).
    """
    return _opened(alert_id, Verb.ALERT_REVIEW, actor, whole=True)


def alert_in_part(alert_id: Id, *, actor: Actor) -> AlertView | None:
    """One alert for a page that shows a part of it, such as a form: entered, and no look at it. None outside the actor's caseload."""
    return _opened(alert_id, Verb.ALERT_CONSULTED, actor, whole=False)


def alert_with_like(alert_id: Id, *, looking: bool, actor: Actor) -> list[AlertView] | None:
    """An alert and the undecided ones like it, at most `TOGETHER`. None outside the actor's caseload.

    `looking`: each is shown in full, and looked at; otherwise the page decides on what it showed before, and that is no look.
    """
    verb = Verb.ALERT_REVIEW if looking else Verb.ALERT_CONSULTED
    with scope(actor):
        first = _opened(alert_id, verb, actor, whole=True)
        if first is None:
            return None
        like = () if first.place is None else first.place.like[: TOGETHER - 1]
        others = (_opened(one, verb, actor, whole=True) for one in like)
        return [first, *(one for one in others if one is not None)]


def _opened(alert_id: Id, verb: Verb, actor: Actor, *, whole: bool) -> AlertView | None:
    actor.check(Permission.ALERT_READ)
    with scope(actor):
        # Held until the look is in the log, so that it cannot become graver between: a look counts for what was there to be seen.
        row = Alert.objects.select_for_update().filter(id=alert_id).first()
        if row is None or not agencies.is_open_to(row.case, actor):
            return None
        append(actor, verb, case=row.case, alert=row.id)
        items = free_items().filter(alert_id=row.id).values_list("leaf", flat=True)
        leaves = intake.disclosures_named(list(items), actor=actor)
        profiles = deployments.profiles_of_devices({(one.device, one.envelope.profile) for one in leaves})
        why = explanations_of(leaves, Group(row.capability, Versioned(row.list_name), Slug(row.rule)), profiles)
        blind = actor.may(Permission.DECISION_SAMPLE) and row.id in blind_to(actor)
        decided = [] if blind else list(Decision.objects.filter(alert_id=row.id).order_by("decided_at"))
        [line] = rows_of([row], {row.id: why[0]} if why else {}, actor)
        return AlertView(
            row=line,
            case=row.case,
            sources=_sources(row.case, why if whole and actor.may(Permission.DEPLOYMENT_READ) else ()),
            state=row.state,
            occurrences=with_context(leaves, profiles),
            explanations=why,
            decisions=_decisions(row, decided),
            owner=row.owner,
            may_decide=passes(check_decide, actor, row, "given"),
            may_acknowledge=actor.may(Permission.ALERT_ACKNOWLEDGE) and acknowledgeable(row, line.answer, actor),
            may_correct=bool(decided) and passes(check_correct, actor, row, decided[-1], "given"),
            deciders=tuple(agencies.colleagues_on(row.case, Permission.ALERT_DECIDE, clock.now())),
            sealable=passes(check_sealable, decided[-1].outcome if decided else None),
            like=decided_before(row) if whole and not blind else (),
            place=place_of(row) if whole else None,
            blind=blind,
            looks=() if blind else looks_of(row.id),
            handed=_handed(row, actor) if whole and row.state is not AlertState.DECIDED else None,
            permitted=permitted(row.case, [leaf.envelope.claim for leaf in leaves]),
        )


def _handed(row: Alert, actor: Actor) -> HandedOver | None:
    """By whom it was handed over last, as the log says."""
    acts = log.recorded(actor, row.case, Verb.ALERT_ASSIGNED, row.opened_at)
    last = next((one for one in reversed(acts) if one.alert == row.id), None)
    names = {} if last is None else agencies.names_of({last.actor.id})
    return None if last is None else HandedOver(names.get(last.actor.id, LEFT), last.at, last.reason or "")


def due_actions(*, actor: Actor) -> list[ActionView]:
    """What is still to be done on the actor's caseload, the soonest due first; one consultation entry a person shown."""
    actor.check(Permission.ACTION_READ)
    with scope(actor):
        found = open_actions(ACTIONS_SHOWN, actor)
        append_each(actor, Verb.ACTION_CONSULTED, cases={one.case for one in found})
        return found


def open_actions_of(case: Id, actor: Actor) -> list[ActionView]:
    """What is still to be done about one case, inside the scope that is open; a consultation entry where there is anything."""
    rows = list(seen_by(actor.id).filter(case=case).order_by("due_at", "id")[:ACTIONS_SHOWN])
    if rows:
        append(actor, Verb.ACTION_CONSULTED, case=case)
    return _actions(rows, people.names_of({case}))


def open_actions(most: int, actor: Actor) -> list[ActionView]:
    """The same inside the scope that is open; the caller's query writes the consultations."""
    rows = list(seen_by(actor.id).order_by("due_at", "id")[:most])
    return _actions(rows, people.names_of({row.case for row in rows}))


def late_actions(at: Ms, most: int, actor: Actor) -> list[ActionView]:
    """The tasks that are overdue, the longest first, inside the scope that is open; the caller's query writes the consultations."""
    rows = list(seen_by(actor.id).filter(due_at__lt=at).order_by("due_at", "id")[:most])
    return _actions(rows, people.names_of({row.case for row in rows}))


def tasks_by_owner(at: Ms) -> dict[Id | None, tuple[int, int]]:
    """How many tasks are open of each owner, and how many of these are overdue, inside the scope that is open. It names no person."""
    rows = Action.objects.filter(OPEN).order_by().values_list("owner")
    return {
        owner: (count, late)
        for owner, count, late in rows.annotate(Count("id"), late=Count("id", filter=Q(due_at__lt=at)))
    }


def action(action_id: Id, *, actor: Actor) -> ActionView | None:
    """One action; None outside the actor's caseload."""
    actor.check(Permission.ACTION_READ)
    with scope(actor):
        row = Action.objects.filter(id=action_id).first()
        if row is None or row.alert_id in blind_to(actor) or not agencies.is_open_to(row.case, actor):
            return None
        append(actor, Verb.ACTION_CONSULTED, case=row.case, alert=row.alert_id, decision=row.decision_id)
        [shown] = _actions([row], people.names_of({row.case}))
        return shown


def last_looks(rows: Sequence[Alert], *, actor: Actor, by: Id | None = None) -> dict[Id, Ms]:
    """When someone whose role decides last opened each of these: what the log says. Without those that nobody has. `by`: they alone."""
    deciding = roles.those_who_may(Permission.ALERT_DECIDE)
    return log.reviewed(actor, {row.id: row.case for row in rows}, deciding, by=by)


def check_looked_at(row: Alert, shown: int | None = None, *, actor: Actor) -> None:
    """Raises Refused unless the actor looked at an alert as it is. `shown`: how many findings the page did on which they decide."""
    holds = free_items().filter(alert=row).count()
    looks = last_looks([row], actor=actor, by=actor.id)
    check_looked(holds, holds if shown is None else shown, row.last_at, looks.get(row.id))


def check_open_to_correct(alert_id: Id, shown: int | None = None, *, actor: Actor) -> None:
    """Raises Refused where the actor has yet to look at a decided alert, or at all of it: `shown`, as in `check_looked_at`.

    It shows nothing of it, and is no look at it.
    """
    actor.check(Permission.ALERT_DECIDE)
    with scope(actor):
        row = Alert.objects.filter(id=alert_id, state=AlertState.DECIDED).first()
        if row is not None:
            check_looked_at(row, shown, actor=actor)


def decided_before_of(alert_id: Id, *, actor: Actor) -> tuple[LikeDecision, ...] | None:
    """How the like of an alert was decided, for its form. None outside the actor's caseload. Its page shows them, and enters the look."""
    actor.check(Permission.ALERT_DECIDE)
    with scope(actor):
        row = Alert.objects.filter(id=alert_id).first()
        return None if row is None else decided_before(row)


def asked_by_form(alert_id: Id, *, actor: Actor) -> tuple[list[StaffView], bool] | None:
    """Who could do what follows from a decision, and whether the actor revealed a disclosure of the alert.

    None outside the actor's caseload. It shows nothing of the alert, and is no look at it.
    """
    actor.check(Permission.ALERT_DECIDE)
    with scope(actor):
        row = Alert.objects.only("case").filter(id=alert_id).first()
        if row is None:
            return None
        colleagues = agencies.colleagues_on(row.case, Permission.ACTION_COMPLETE, clock.now())
        return colleagues, log.revealed(row.id, row.case, actor=actor)


def case_of(alert_id: Id) -> Id:
    """The case of an alert, inside the scope that is open; whoever asks shows nothing by it."""
    return Alert.objects.only("case").get(id=alert_id).case


def lock_case_of(alert_id: Id) -> Id:
    """As `case_of`; until the transaction ends, nobody else who asks so of this alert gets an answer."""
    return Alert.objects.select_for_update().only("case").get(id=alert_id).case


def outcome_of(alert_id: Id) -> DecisionOutcome | None:
    """What was decided of an alert, if it was, inside the scope that is open; whoever asks shows nothing by it."""
    decision = latest_decision(alert_id)
    return None if decision is None else decision.outcome


def latest_decision(alert_id: Id) -> Decision | None:
    """The decision of an alert that counts, inside the scope that is open: each correction is later than what it corrects."""
    return Decision.objects.filter(alert_id=alert_id).order_by("-decided_at").first()


def check_decider(case: Id, staff: Id, at: Ms) -> None:
    """Raises Refused unless that person may be in charge: of the lead agency, decides alerts, works on the case (R-EVD-5)."""
    decider = agencies.acting(staff, case)
    if decider.is_guest or not decider.may(Permission.ALERT_DECIDE):
        raise Refused("no-oic", "Choose an officer in charge who has access to this case and decides its alerts.")
    agencies.check_on_caseload(case, staff, at)


def has_leaf(alert_id: Id, leaf: Id) -> bool:
    """Whether a leaf is part of an alert, inside the scope that is open."""
    return AlertItem.objects.filter(alert_id=alert_id, leaf=leaf).exists()


def _sources(case: Id, why: Sequence[Explanation]) -> dict[Id, TermSource]:
    """Where each term of a case is from; of those that these name, with the court's own words."""
    instruments, terms = orders.authority_of(case)
    by_id = {one.id: one for one in instruments}
    words = orders.words_within({text.term for one in why for text in one.terms})
    return {term.id: TermSource(by_id[term.instrument], term.source_page, words.get(term.id)) for term in terms}


def _decisions(alert: Alert, rows: Sequence[Decision]) -> tuple[DecisionView, ...]:
    """The decisions of an alert, in that order, each with the action that it called for."""
    if not rows:
        return ()
    names = agencies.names_of({row.decided_by for row in rows})
    actions = list(Action.objects.filter(alert_id=alert.id))
    shown = {one.id: one for one in _actions(actions, people.names_of({alert.case}))}
    revealed = log.first_reveals([alert.id], alert.case)
    return tuple(
        DecisionView(
            row.id,
            row.outcome,
            row.reason,
            names.get(row.decided_by, LEFT),
            row.decided_at,
            row.why_corrected,
            row.unseen_reason,
            revealed.get((alert.id, row.decided_by), row.decided_at) < row.decided_at,
            None if row.action_id is None else shown[row.action_id],
        )
        for row in rows
    )


def _actions(rows: list[Action], named: dict[Id, people.PersonView]) -> list[ActionView]:
    staff = agencies.names_of({by for row in rows for by in (row.owner, row.done_by) if by})
    return [
        ActionView(
            id=row.id,
            alert=row.alert_id,
            case=row.case,
            reference=named[row.case].reference,
            name=named[row.case].name,
            what=row.what,
            owner=staff.get(row.owner, LEFT),
            due_at=row.due_at,
            welfare_due=row.welfare_due,
            welfare=row.welfare,
            outside_reference=row.outside_reference,
            outcome=row.outcome,
            done_by=staff.get(row.done_by, LEFT) if row.done_by else None,
            done_at=row.done_at,
            cancelled_reason=row.cancelled_reason,
        )
        for row in rows
    ]
