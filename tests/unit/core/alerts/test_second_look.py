"""A second look is blind, and of another person's decision (R-AI-5)."""

from dataclasses import replace

import pytest

from offmon.core.alerts import second_look
from offmon.core.alerts.second_look import LATELY_MS, Decided
from offmon.core.ids import Ms
from offmon.core.log.records import DecisionOutcome, SecondLookRecord
from tests.prove.markers import proves
from tests.unit.core.samples import NOW, code_of, ident

OFFICER, SUPERVISOR = (
    ident("0ff1"),
    ident("5"),
)
DECISION = Decided(ident("d"), OFFICER, Ms(NOW - 1_000), None)


@pytest.mark.parametrize(
    ("changed", "drawn"),
    [
        ({}, True),
        ({"decided_by": SUPERVISOR}, False),  # nobody looks again at their own
        ({"seen_at": Ms(NOW - 1_001)}, True),  # they opened it before it was decided
        ({"seen_at": Ms(NOW - 1_000)}, False),
        ({"seen_at": NOW}, False),  # they have seen the decision
        ({"decided_at": Ms(NOW - LATELY_MS)}, True),
        ({"decided_at": Ms(NOW - LATELY_MS - 1)}, False),
    ],
)
@proves("S140", second_look.drawable, disabled=lambda decisions, by, now: sorted(one.id for one in decisions))
def test_only_what_another_decided_of_late_and_one_has_not_seen_is_drawn(
    changed: dict[str, Ms], *, drawn: bool
) -> None:
    one = replace(DECISION, **changed)  # type: ignore[arg-type]  # a table
    assert second_look.drawable([one], SUPERVISOR, NOW) == ([one.id] if drawn else [])


LOOK = SecondLookRecord(ident("1"), ident("a"), DECISION.id, SUPERVISOR, NOW, None, None, None)


@pytest.mark.parametrize(
    ("look", "by", "reason", "code"),
    [
        (LOOK, SUPERVISOR, "Read in full.", None),
        (LOOK, OFFICER, "Read in full.", "not-drawn"),
        (LOOK, SUPERVISOR, " ", "no-reason"),
        (replace(LOOK, looked_at=NOW), SUPERVISOR, "Read in full.", "looked-already"),
    ],
)
def test_who_it_was_drawn_for_says_once_what_they_find(
    look: SecondLookRecord, by: str, reason: str, code: str | None
) -> None:
    assert code_of(second_look.check_look, look, by, reason) == code


def test_two_people_agree_where_the_outcome_is_the_same() -> None:
    assert second_look.agrees(DecisionOutcome.VISIT, DecisionOutcome.VISIT)
    assert not second_look.agrees(DecisionOutcome.VISIT, DecisionOutcome.PERMITTED)
