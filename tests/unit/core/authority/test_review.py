"""Until when monitoring goes on before somebody looks at it again: truth tables (R-LEG-23)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority.review import (
    END_MS,
    FIRST_MS,
    LATER_MS,
    PUT_OFF_AHEAD_MS,
    PUT_OFF_MS,
    STEP_DOWN_MS,
    ReviewOutcome,
    ReviewRecord,
    check_first,
    check_put_off,
    check_review,
    check_reviewed,
    due_of,
)
from offmon.core.clock import DAY_MS, Period
from offmon.core.ids import Ms
from tests.unit.core.samples import NOW, code_of, ident

REVIEW = ReviewRecord(
    ident("review"),
    ident("authorisation"),
    ReviewOutcome.CONTINUE,
    "Two visits.",
    ident("authoriser"),
    NOW,
    Ms(NOW + LATER_MS),
)


@pytest.mark.parametrize(
    ("due", "refused"),
    [
        (FIRST_MS, None),
        (FIRST_MS + 1, "review-too-late"),
        (1, None),
        (0, "review-too-late"),
        (-DAY_MS, "review-too-late"),
    ],
)
def test_the_first_review_is_within_three_months(due: int, refused: str | None) -> None:
    assert code_of(check_first, NOW, Ms(NOW + due)) == refused


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, None),
        ({"due": Ms(NOW + LATER_MS + 1)}, "review-too-late"),
        ({"due": NOW}, "review-too-late"),
        ({"outcome": ReviewOutcome.STEP_DOWN}, "review-too-late"),
        ({"outcome": ReviewOutcome.STEP_DOWN, "due": Ms(NOW + STEP_DOWN_MS)}, None),
        ({"outcome": ReviewOutcome.END, "due": Ms(NOW + END_MS)}, None),
        ({"outcome": ReviewOutcome.END, "due": Ms(NOW + END_MS + 1)}, "review-too-late"),
        ({"outcome": ReviewOutcome.PUT_OFF, "due": Ms(NOW + PUT_OFF_MS)}, None),
        ({"outcome": ReviewOutcome.PUT_OFF, "due": Ms(NOW + PUT_OFF_MS + 1)}, "review-too-late"),
        ({"reasons": " "}, "no-reason"),
        ({"reviewed_by": ident("officer")}, "one-person"),  # who drafted it
    ],
)
def test_a_review_is_another_persons_with_reasons_and_for_six_months_at_most(
    changed: dict[str, Any], refused: str | None
) -> None:
    assert code_of(check_review, replace(REVIEW, **changed), ident("officer")) == refused


@pytest.mark.parametrize(
    ("due", "before", "refused"),
    [
        (PUT_OFF_AHEAD_MS, [], None),
        (PUT_OFF_AHEAD_MS + 1, [], "put-off-too-soon"),
        (-DAY_MS, [], None),  # overdue: the devices stopped
        (None, [], "put-off-too-soon"),
        (1, [ReviewOutcome.CONTINUE, ReviewOutcome.STEP_DOWN], None),
        (1, [ReviewOutcome.PUT_OFF], "put-off-before"),
        (1, [ReviewOutcome.CONTINUE, ReviewOutcome.PUT_OFF], "put-off-before"),
        (1, [ReviewOutcome.CONTINUE, ReviewOutcome.END], "review-ends-it"),
        (1, [ReviewOutcome.END, ReviewOutcome.CONTINUE], None),
    ],
)
def test_it_is_put_off_once_and_only_when_it_is_near(
    due: int | None, before: list[ReviewOutcome], refused: str | None
) -> None:
    assert code_of(check_put_off, NOW, None if due is None else Ms(NOW + due), before) == refused


def test_the_newest_review_counts_and_before_any_the_day_of_the_authorisation() -> None:
    earlier = replace(REVIEW, id=ident("earlier"), reviewed_at=Ms(NOW - DAY_MS), due=Ms(NOW + 2 * LATER_MS))
    first = Ms(NOW + DAY_MS)
    assert due_of(first, []) == first
    assert due_of(first, [REVIEW, earlier]) == due_of(None, [earlier, REVIEW]) == REVIEW.due
    assert due_of(None, []) is None


@pytest.mark.parametrize(
    ("due", "until", "refused"),
    [
        (NOW, NOW, None),
        (NOW, NOW + 1, "review-due"),
        (NOW, None, "review-due"),
        (None, None, None),  # of before there were reviews
    ],
)
def test_no_lease_outlasts_it(due: Ms | None, until: Ms | None, refused: str | None) -> None:
    assert code_of(check_reviewed, due, Period(Ms(NOW - DAY_MS), until)) == refused
