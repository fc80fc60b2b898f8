"""Nobody is counted until they accept (R-WEB-1)."""

import pytest

from offmon.core.ids import Ms
from offmon.core.public import analytics_consent
from offmon.core.public.analytics_consent import VERSION, ConsentChoice, GivenConsent, chosen, may_count, read

ACCEPTED, REFUSED, WITHDRAWN = (GivenConsent(choice, VERSION) for choice in ConsentChoice)


@pytest.mark.parametrize(
    ("cookie", "counted"),
    [
        (None, False),
        ("", False),
        ("1.accepted", True),
        ("1.refused", False),
        ("1.withdrawn", False),
        ("0.accepted", False),
        ("accepted", False),
        ("1.accepted.1", False),
        ("1.Accepted", False),
    ],
)
def test_only_an_acceptance_of_this_very_question_counts(cookie: str | None, *, counted: bool) -> None:
    assert may_count(read(cookie)) is counted


@pytest.mark.parametrize(
    ("before", "accepts", "after"),
    [
        (None, True, ACCEPTED),
        (None, False, REFUSED),
        (REFUSED, False, REFUSED),
        (ACCEPTED, False, WITHDRAWN),
        (WITHDRAWN, True, ACCEPTED),
        (WITHDRAWN, False, REFUSED),
    ],
)
def test_what_a_choice_becomes(before: GivenConsent | None, after: GivenConsent, *, accepts: bool) -> None:
    assert chosen(before, accepts=accepts) == after
    assert read(str(after)) == after


def test_a_choice_is_recorded_to_the_minute() -> None:
    assert analytics_consent.to_the_minute(Ms(1_800_000_059_999)) == 1_800_000_000_000
