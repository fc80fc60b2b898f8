"""Reviews of monitoring: until when it goes on before somebody looks at it again. Inside the open scope (R-LEG-23)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from offmon.core.ids import Id, Ms
from offmon.core.states import DeploymentState
from offmon.server.deployments.models import Authorisation, Review


def newest_first(authorisation: Authorisation) -> "QuerySet[Review]":
    """Its reviews. Not every process reads all of their columns."""
    return Review.objects.filter(authorisation_id=authorisation.id).order_by("-reviewed_at", "-id")


def next_review(authorisation: Authorisation) -> Ms | None:
    """When the next review of it is due."""
    due = newest_first(authorisation).values_list("due", flat=True).first()
    return authorisation.review_by if due is None else due


@dataclass(frozen=True, slots=True)
class MonitoringDue:
    """Monitoring that somebody must look at again by `due`, or it stops."""

    case: Id
    due: Ms


def due_before(at: Ms, cases: Collection[Id]) -> list[MonitoringDue]:
    """Of these cases the monitoring whose review is due before that, the soonest first. The caller's query writes the consultations."""
    live = Authorisation.objects.filter(case__in=list(cases), authorised_at__isnull=False)
    newer = Authorisation.objects.filter(
        deployment_id=OuterRef("deployment_id"), authorised_at__gt=OuterRef("authorised_at")
    )
    newest = Review.objects.filter(authorisation_id=OuterRef("id")).order_by("-reviewed_at", "-id").values("due")[:1]
    found = live.exclude(deployment__state=DeploymentState.ENDED).exclude(Exists(newer))
    due = found.annotate(next=Coalesce(Subquery(newest), F("review_by"))).filter(next__lt=at).order_by("next", "case")
    return [MonitoringDue(case, next_due) for case, next_due in due.values_list("case", "next")]


def review_due(case: Id) -> Ms | None:
    """By when somebody must look at the monitoring of a case again; None where none goes on."""
    found = due_before(Ms(1 << 62), [case])
    return found[0].due if found else None
