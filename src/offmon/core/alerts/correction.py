"""When a decision may be corrected, by whom, and which decision of an alert counts (R-AI-5, R-LEG-28).

Rules
- A decision stays as it was made. A correction is a new decision of the same alert: it names the one that it corrects, and says why.
- The decider corrects their own decision within a day of the first decision of the alert. Later, and for anybody else's, a person who may
  `decision.correct` does.
- A decision is corrected once at most, by a later one. So the decisions of an alert stand in one line, and the last one counts.
- A task of an earlier decision that is not done either stays or is cancelled, with a reason. A task that is done stays done.
"""

from collections.abc import Sequence
from typing import Final

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.records import ActionRecord, DecisionRecord

OWN_MS: Final = clock.DAY_MS


def check_correctable(decision: DecisionRecord, first_at: Ms, by: Id, at: Ms, *, corrects_others: bool) -> None:
    """Raises Refused (`not-yours-to-correct`) unless that person may correct the decision then.

    `first_at`: when the alert was first decided. `corrects_others`: their role may correct any decision.
    """
    if not corrects_others and (by != decision.decided_by or at > first_at + OWN_MS):
        raise Refused(
            "not-yours-to-correct",
            "You can correct your own decision within a day. After that, ask a supervisor of this case.",
        )


def check_correction(correction: DecisionRecord, corrected: DecisionRecord) -> None:
    """Raises Refused (`no-correction`) unless one decision corrects the other: same alert, later, and with a reason."""
    named = (correction.corrects, correction.alert) == (corrected.id, corrected.alert)
    if not named or correction.decided_at <= corrected.decided_at or not (correction.why_corrected or "").strip():
        raise Refused("no-correction", "Say why you correct the decision. A correction is of the same possible breach.")


def check_cancelled(action: ActionRecord, decision: DecisionRecord) -> None:
    """Raises Refused (`not-cancelled`) unless a later decision of the same alert cancels the task, not done, and with a reason."""
    ids = (action.cancelled_in, action.alert) == (decision.id, decision.alert) and decision.corrects is not None
    if (
        not ids
        or action.decision == decision.id
        or action.done_at is not None
        or not (action.cancelled_reason or "").strip()
    ):
        raise Refused("not-cancelled", "Only a correction cancels a task that is not done. Say why you cancel it.")


def check_line(decisions: Sequence[DecisionRecord]) -> None:
    """Raises Refused (`two-decisions`) unless each decision of an alert corrects the one before it. `decisions`: oldest first."""
    if [one.corrects for one in decisions] != [None, *(one.id for one in decisions)][: len(decisions)]:
        raise Refused("two-decisions", "Two decisions of one alert stand there, and neither corrects the other.")
