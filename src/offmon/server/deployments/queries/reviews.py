"""Reviews of monitoring: until when it goes on before somebody looks at it again. Inside the open scope (R-LEG-23)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from offmon.core.authority.review import ReviewOutcome, check_put_off
from offmon.core.errors import passes
from offmon.core.ids import Id, Ms
from offmon.core.states import DeploymentState
from offmon.server.base import clock
from offmon.server.deployments.models import Authorisation, Review


def newest_first(authorisation: Authorisation) -> "QuerySet[Review]":
    """Its reviews. Not every process reads all of their columns."""
    return Review.objects.filter(authorisation_id=authorisation.id).order_by("-reviewed_at", "-id")


def next_review(authorisation: Authorisation) -> Ms | None:
    """When the next review of it is due."""
    due = newest_first(authorisation).values_list("due", flat=True).first()
    return authorisation.review_by if due is None else due


@dataclass(frozen=True, slots=True)
class NextReview:
    """When an authorisation is looked at again, and whether a supervisor may put that off now.

    `looked_at`: when somebody last did. `ends`: the newest review came to an end, which an officer must record.
    """

    due: Ms | None
    may_put_off: bool
    looked_at: Ms | None = None
    ends: bool = False


def standing(authorisation: Authorisation) -> NextReview:
    """How its next review stands, for who reads all of its reviews."""
    made = list(newest_first(authorisation).values_list("due", "outcome", "reviewed_at"))
    due = made[0][0] if made else authorisation.review_by
    outcomes = [outcome for _, outcome, _ in reversed(made)]
    looked_at = next((at for _, outcome, at in made if outcome is not ReviewOutcome.PUT_OFF), None)
    may_put_off = passes(check_put_off, clock.now(), due, outcomes)
    return NextReview(due, may_put_off, looked_at, ReviewOutcome.END in outcomes[-1:])


@dataclass(frozen=True, slots=True)
class MonitoringDue:
    """Monitoring that somebody must look at again by `due`, or it stops. `ends`: the newest review came to an end."""

    case: Id
    due: Ms
    ends: bool


def due_before(at: Ms, cases: Collection[Id]) -> list[MonitoringDue]:
    """Of these cases the monitoring whose review is due before that, the soonest first. The caller's query writes the consultations."""
    ending = _going_on(cases).filter(next__lt=at).annotate(came_to=Subquery(_of_each().values("outcome")[:1]))
    lines = ending.order_by("next", "case").values_list("case", "next", "came_to")
    return [MonitoringDue(case, due, came_to == ReviewOutcome.END) for case, due, came_to in lines]


def review_due(case: Id) -> Ms | None:
    """By when somebody must look at the monitoring of a case again; None where none goes on. Not every process reads what one came to."""
    due: Ms | None = _going_on([case]).values_list("next", flat=True).first()
    return due


def _of_each() -> "QuerySet[Review]":
    return Review.objects.filter(authorisation_id=OuterRef("id")).order_by("-reviewed_at", "-id")


def _going_on(cases: Collection[Id]) -> "QuerySet[Authorisation, Any]":
    """What was authorised last for the monitoring of these cases that goes on. `next`: when its next review is due."""
    live = Authorisation.objects.filter(case__among=cases, authorised_at__isnull=False)
    newer = Authorisation.objects.filter(
        deployment_id=OuterRef("deployment_id"), authorised_at__gt=OuterRef("authorised_at")
    )
    found = live.exclude(deployment__state=DeploymentState.ENDED).exclude(Exists(newer))
    due = Coalesce(Subquery(_of_each().values("due")[:1]), F("review_by"))
    return found.annotate(next=due).filter(next__isnull=False).order_by("next")
