"""Decisions that are looked at again, blind: which could be drawn, which wait, and how often two people agreed."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from offmon.core import clock as time
from offmon.core.alerts.second_look import LATELY_MS, Decided, agrees, drawable
from offmon.core.ids import Id, Ms
from offmon.core.log.records import DecisionOutcome
from offmon.core.log.verbs import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.audit import queries as log
from offmon.server.audit.look_ups.queries import last_consulted
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.triage.models import Action, Decision, SecondLook

MONTHS = 6


@dataclass(frozen=True, slots=True)
class OpenLook:
    """A decision that was drawn and waits: of which alert, and of whom."""

    alert: Id
    case: Id
    rule: str
    drawn_at: Ms


@dataclass(frozen=True, slots=True)
class LookView:
    """What a second look found."""

    outcome: DecisionOutcome
    reason: str
    looked_by: str
    looked_at: Ms
    agreed: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many second looks there were in a month, and how many came to the same outcome as the first decision."""

    month: date
    looks: int
    agreed: int


def drawable_now(actor: Actor) -> list[Id]:
    """The decisions that chance may give the actor, inside the scope that is open."""
    now = clock.now()
    cases = agencies.caseload_of(actor.id, now)
    rows = Decision.objects.filter(case__in=cases, decided_at__gte=now - LATELY_MS)
    seen = SecondLook.objects.filter(case__in=cases).values("decision_id")
    corrected = Decision.objects.filter(case__in=cases, corrects__isnull=False).values("corrects_id")
    counting = list(rows.exclude(id__in=seen).exclude(id__in=corrected))
    looks = log.reviewed(actor, {row.alert_id: row.case for row in counting}, [actor.role], by=actor.id)
    told = _told_by_other_pages(actor, counting)
    seen_at = {row.id: max(looks.get(row.alert_id, Ms(0)), told.get(row.id, Ms(0))) or None for row in counting}
    found = [Decided(row.id, row.decided_by, row.decided_at, seen_at[row.id]) for row in counting]
    return drawable(found, actor.id, now)


def _told_by_other_pages(actor: Actor, decisions: Collection[Decision]) -> dict[Id, Ms]:
    """When the actor last saw, on a page of the case, how it was decided: its task, or the counts of a bundle (R-AI-5)."""
    cases = {row.case for row in decisions}
    tasked = set(
        Action.objects.filter(decision__in=[row.id for row in decisions]).values_list("decision_id", flat=True)
    )
    bundles = last_consulted(Verb.EXPORT_CONSULTED, cases, by=actor)
    tasks = last_consulted(Verb.ACTION_CONSULTED, cases, by=actor)
    return {
        row.id: max(bundles.get(row.case, Ms(0)), tasks.get(row.case, Ms(0)) if row.id in tasked else Ms(0))
        for row in decisions
    }


def open_looks(actor: Actor) -> list[OpenLook]:
    """What was drawn for the actor and waits, inside the scope that is open. It names no person."""
    rows = (
        SecondLook.objects.filter(drawn_by=actor.id, looked_at=None).select_related("alert").order_by("drawn_at", "id")
    )
    return [OpenLook(row.alert_id, row.case, row.alert.rule, row.drawn_at) for row in rows]


def blind_to(actor: Actor) -> frozenset[Id]:
    """The alerts whose decision the actor is not shown yet, inside the scope that is open."""
    waiting = SecondLook.objects.filter(drawn_by=actor.id, looked_at=None)
    return frozenset(waiting.values_list("alert_id", flat=True))


def blind_in(case: Id, *, actor: Actor) -> bool:
    """Whether the actor still has a second look to record in that case: what shows how its alerts were decided waits for that."""
    with scope(actor):
        return SecondLook.objects.filter(case=case, drawn_by=actor.id, looked_at=None).exists()


def looks_of(alert: Id) -> tuple[LookView, ...]:
    """What second looks found of an alert, inside the scope that is open; the caller's query writes the consultation."""
    rows = list(
        SecondLook.objects.filter(alert_id=alert, looked_at__isnull=False)
        .select_related("decision")
        .order_by("looked_at")
    )
    names = agencies.names_of({row.drawn_by for row in rows})
    return tuple(
        LookView(
            outcome,
            row.reason or "",
            names.get(row.drawn_by, "someone who has left"),
            at,
            agrees(row.decision.outcome, outcome),
        )
        for row in rows
        if (outcome := row.outcome) is not None and (at := row.looked_at) is not None
    )


def agreement(now: Ms) -> list[Agreement]:
    """By month, the newest first, inside the scope that is open. It names no person and no officer."""
    rows = SecondLook.objects.filter(looked_at__gte=now - MONTHS * 31 * time.DAY_MS).select_related("decision")
    counts = defaultdict[date, list[bool]](list)
    for row in rows:
        if row.outcome is not None and row.looked_at is not None:
            month = time.local_day(row.looked_at).replace(day=1)
            counts[month].append(agrees(row.decision.outcome, row.outcome))
    return [Agreement(month, len(all_of), sum(all_of)) for month, all_of in sorted(counts.items(), reverse=True)]
