"""Who a person is: each level with its day, and how old an assessment is."""

from dataclasses import replace
from datetime import date

import pytest

from offmon.core.person.details import Assessed, PersonDetails, assessed, check_details, months_since
from tests.support.refused import code_of

TODAY = date(2026, 7, 29)
KEPT = PersonDetails(
    born_on="1980-02-29",
    index_offence="iioc",
    household="His mother",
    other_users="His mother, on Sundays",
    contact_by=("phone", "post"),
    contact_language="Welsh",
    safe_contact="After 6pm",
    risk="high",
    risk_on="2026-07-01",
    risk_tool="other",
    risk_tool_name="An invented tool",
    risk_assessor="Robin Invented",
    next_visit_on="2026-08-03",
)


def test_what_is_kept_is_what_was_given() -> None:
    assert PersonDetails.of(KEPT.to_doc()) == KEPT
    assert PersonDetails.of({}) == PersonDetails.of(None) == PersonDetails()
    check_details(KEPT, TODAY)
    check_details(PersonDetails(), TODAY)
    assert (KEPT.tool, replace(KEPT, risk_tool="osp", risk_tool_name="").tool) == ("An invented tool", "OSP")
    assert PersonDetails().tool == ""


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (PersonDetails(risk="high"), "level-and-day"),
        (PersonDetails(risk_on="2026-07-01"), "level-and-day"),
        (PersonDetails(risk_tool="oasys"), "level-and-day"),
        (PersonDetails(risk_assessor="Robin Invented"), "level-and-day"),
        (replace(KEPT, risk_tool_name=""), "tool-name"),
        (replace(KEPT, risk_tool="arms"), "tool-name"),
        (PersonDetails(index_offence="unheard_of"), "unknown-offence"),
        (PersonDetails(born_on="2026-07-30"), "day-ahead"),
        (PersonDetails(risk="low", risk_on="2026-07-30"), "day-ahead"),
    ],
)
def test_a_level_has_its_day_and_no_assessment_lies_ahead(wrong: PersonDetails, code: str) -> None:
    assert code_of(check_details, wrong, TODAY) == code


@pytest.mark.parametrize(
    ("risk", "on", "today", "standing"),
    [
        ("", "", date(2026, 7, 29), Assessed.MISSING),
        ("high", "2026-07-29", date(2026, 7, 29), Assessed.CURRENT),
        ("high", "2025-07-29", date(2026, 7, 29), Assessed.CURRENT),
        ("high", "2025-07-28", date(2026, 7, 29), Assessed.OLD),
        ("low", "2024-02-29", date(2025, 3, 1), Assessed.CURRENT),
        ("low", "2024-02-29", date(2025, 3, 2), Assessed.OLD),
    ],
)
def test_an_assessment_is_old_after_twelve_months(risk: str, on: str, today: date, standing: Assessed) -> None:
    assert assessed(PersonDetails(risk=risk, risk_on=on), today) is standing


@pytest.mark.parametrize(
    ("then", "months"),
    [(date(2026, 7, 29), 0), (date(2026, 6, 30), 0), (date(2026, 6, 29), 1), (date(2024, 12, 1), 19)],
)
def test_how_old_it_is_in_whole_months(then: date, months: int) -> None:
    assert months_since(then, TODAY) == months
