"""Checks that an action rests on a decision whose outcome requires it, and that only its correction cancels it (design §1.7; R-AI-5)."""

from offmon.core.alerts.correction import check_cancelled
from offmon.core.alerts.follow_up import FOLLOWS
from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id
from offmon.core.log.records import ActionRecord, DecisionRecord


def check_action(case: Case, record: Id) -> None:
    """Raises NotAuthentic unless the bundle holds the decision that the action rests on, and that calls for it."""
    action = case.record(ActionRecord, record).it
    decision = case.record(DecisionRecord, action.decision).it
    called = FOLLOWS.get(decision.outcome)
    if called is None or (called.kind, decision.alert) != (action.what, action.alert):
        raise NotAuthentic("action-without-decision", "An action stands there that no decision called for.")
    if action.cancelled_in is not None:
        check_cancelled(action, case.record(DecisionRecord, action.cancelled_in).it)
