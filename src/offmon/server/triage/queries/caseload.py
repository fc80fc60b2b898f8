"""What waits on somebody's caseload: alerts that nobody has decided, tasks that nobody has done. Inside the scope that is open."""

from django.db.models import Exists, OuterRef, QuerySet

from offmon.core.ids import Id, Ms
from offmon.core.states import AlertState
from offmon.server.agencies import queries as agencies
from offmon.server.base.prepared import Given
from offmon.server.triage.locked.queries import free
from offmon.server.triage.models import OPEN, Action, Alert, SecondLook


def to_decide(staff: Id | Given, at: Ms | Given) -> "QuerySet[Alert]":
    """The alerts of their caseload at an instant that nobody has decided, but what is locked."""
    mine = agencies.open_at(at).filter(staff_id=staff).values("case")
    return free(Alert.objects.filter(case__in=mine).exclude(state=AlertState.DECIDED))


def to_do(staff: Id | Given, at: Ms | Given) -> "QuerySet[Action]":
    """The open tasks of their caseload at an instant, but of an alert that they look at again: a task says what was decided (R-AI-5)."""
    mine = agencies.open_at(at).filter(staff_id=staff).values("case")
    return seen_by(staff).filter(case__in=mine)


def seen_by(staff: Id | Given) -> "QuerySet[Action]":
    """The open tasks that they may see."""
    blind = SecondLook.objects.filter(drawn_by=staff, looked_at=None, alert_id=OuterRef("alert_id"))
    return Action.objects.filter(OPEN).exclude(Exists(blind))
