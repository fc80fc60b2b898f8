"""Checks that an action rests on a decision whose outcome requires it, and that only its correction cancels it (design §1.7; R-AI-5)."""

from offmon.core.alerts.correction import check_cancelled
from offmon.core.alerts.follow_up import FOLLOWS
from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id
from offmon.core.log.audit import AuditEntry, Touched, Verb
from offmon.core.log.records import ActionRecord, DecisionRecord


def check_action(case: Case, record: Id) -> None:
    """Raises NotAuthentic unless the bundle holds the decision that the action rests on, and that calls for it."""
    action = case.record(ActionRecord, record).it
    decision = case.record(DecisionRecord, action.decision).it
    called = FOLLOWS.get(decision.outcome)
    if called is None or (called.kind, decision.alert) != (action.what, action.alert):
        raise NotAuthentic("action-without-decision", "An action stands there that no decision called for.")
    # The tail may do what the payload shows as open.
    row, log = case.log_of(ActionRecord.KIND, record, case.index.last + 1)
    _check_cancelled(case, action, row, log)
    if action.done_at is None and any(entry.verb is Verb.ACTION_DONE for entry in log):
        raise NotAuthentic("task-taken-back", "By the log, this task was done. What stands here says that it was not.")


def _check_cancelled(case: Case, action: ActionRecord, row: Touched, log: list[AuditEntry]) -> None:
    """Raises NotAuthentic or Refused unless the entry that made a correction cancels the task as it stands, and no other entry does."""
    corrections = [
        entry for entry in log if entry.verb is Verb.DECISION_CORRECTED and entry.decision != action.decision
    ]
    if action.cancelled_in is None:
        said = not corrections
    else:
        check_cancelled(action, case.record(DecisionRecord, action.cancelled_in).it)
        made = case.acts(Verb.DECISION_CORRECTED, (DecisionRecord.KIND, action.cancelled_in))
        said = bool(made) and corrections == [made[0][1]] and row in made[0][1].touched
    if not said:
        raise NotAuthentic(
            "not-cancelled", "By the log, no correction of the decision cancelled this task as it stands."
        )
