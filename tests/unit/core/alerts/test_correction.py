"""Who corrects a decision, by when, and what becomes of its task (R-AI-5)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.alerts.correction import check_cancelled, check_correctable, check_correction, check_line
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.core.log.records import DecisionOutcome, DecisionRecord
from tests.unit.core.alerts.test_follow_up import ACTION
from tests.unit.core.samples import NOW, code_of, ident

OFFICER, COLLEAGUE = ident("officer"), ident("colleague")
FIRST = DecisionRecord(ident("decision"), ident("alert"), DecisionOutcome.VISIT, "Looked at in full.", OFFICER, NOW)
SECOND = replace(
    FIRST,
    id=ident("second"),
    outcome=DecisionOutcome.NOT_A_MATCH,
    decided_at=Ms(NOW + 1),
    corrects=FIRST.id,
    why_corrected="Wrong.",
)


@pytest.mark.parametrize(
    ("by", "after", "corrects_others", "code"),
    [
        (OFFICER, 1, False, None),
        (OFFICER, DAY_MS, False, None),
        (OFFICER, DAY_MS + 1, False, "not-yours-to-correct"),
        (COLLEAGUE, 1, False, "not-yours-to-correct"),
        (COLLEAGUE, 1, True, None),
        (COLLEAGUE, 400 * DAY_MS, True, None),
        (OFFICER, 400 * DAY_MS, True, None),
    ],
)
def test_the_decider_corrects_within_a_day_and_a_supervisor_at_any_time(
    by: Id, after: int, corrects_others: bool, code: str | None
) -> None:
    assert code_of(check_correctable, FIRST, NOW, by, Ms(NOW + after), corrects_others=corrects_others) == code


@pytest.mark.parametrize(
    "change",
    [
        {"corrects": None},
        {"corrects": SECOND.id},
        {"alert": ident("other")},
        {"decided_at": NOW},
        {"why_corrected": " "},
        {"why_corrected": None},
    ],
)
def test_a_correction_names_an_earlier_decision_of_the_same_alert_and_says_why(change: dict[str, Any]) -> None:
    assert code_of(check_correction, SECOND, FIRST) is None
    assert code_of(check_correction, replace(SECOND, **change), FIRST) == "no-correction"


@pytest.mark.parametrize(
    "change",
    [
        {"decision": SECOND.id},
        {"alert": ident("other")},
        {"done_at": NOW},
        {"cancelled_reason": " "},
        {"cancelled_in": FIRST.id},
    ],
)
def test_only_the_correction_of_its_own_decision_cancels_a_task_that_is_open(change: dict[str, Any]) -> None:
    task = replace(ACTION, cancelled_in=SECOND.id, cancelled_reason="No match.")
    assert not task.is_open
    assert code_of(check_cancelled, task, SECOND) is None
    assert code_of(check_cancelled, replace(task, **change), SECOND) == "not-cancelled"


def test_each_decision_of_an_alert_corrects_the_one_before() -> None:
    third = replace(SECOND, id=ident("third"), decided_at=Ms(NOW + 2), corrects=SECOND.id)
    for line in ([], [FIRST], [FIRST, SECOND], [FIRST, SECOND, third]):
        assert code_of(check_line, line) is None
    for broken in (
        [SECOND],
        [FIRST, replace(SECOND, corrects=None)],
        [FIRST, SECOND, replace(third, corrects=FIRST.id)],
    ):
        assert code_of(check_line, broken) == "two-decisions"
