"""What waits on somebody's caseload: alerts that nobody has decided, tasks that nobody has done. Inside the scope that is open."""

from django.db.models import Exists, OuterRef, QuerySet

from offmon.core.ids import Id
from offmon.core.states import AlertState
from offmon.server.base.prepared import Given
from offmon.server.triage.locked.queries import free
from offmon.server.triage.models import OPEN, Action, Alert, SecondLook


def to_decide() -> "QuerySet[Alert]":
    """The alerts that nobody has decided, but what is locked. Row-level security leaves those of the actor's caseload."""
    return free(Alert.objects.exclude(state=AlertState.DECIDED))


def seen_by(staff: Id | Given) -> "QuerySet[Action]":
    """The open tasks of their caseload, but of an alert that they look at again: a task says what was decided (R-AI-5)."""
    blind = SecondLook.objects.filter(drawn_by=staff, looked_at=None, alert_id=OuterRef("alert_id"))
    return Action.objects.filter(OPEN).exclude(Exists(blind))
