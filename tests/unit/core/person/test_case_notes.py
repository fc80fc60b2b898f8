"""What staff write of a person: each level with its day, each note with its source."""

from datetime import date

import pytest

from offmon.core.errors import Refused
from offmon.core.person.case_notes import PersonDetails, check_details, check_note
from tests.prove.markers import proves

TODAY = date(2026, 7, 29)
KEPT = PersonDetails("1980-02-29", "By phone", "high", "2026-07-01", "Category 1, level 2", "2026-06-01", "2026-08-03")


def test_what_is_kept_is_what_was_given() -> None:
    assert PersonDetails.of(KEPT.to_doc()) == KEPT
    assert PersonDetails.of({}) == PersonDetails.of(None) == PersonDetails()
    check_details(KEPT, TODAY)
    check_details(PersonDetails(), TODAY)


@pytest.mark.parametrize(
    "wrong",
    [
        PersonDetails(risk="high"),
        PersonDetails(risk_on="2026-07-01"),
        PersonDetails(mappa="Category 1"),
        PersonDetails(born_on="2026-07-30"),
        PersonDetails(risk="low", risk_on="2026-07-30"),
    ],
)
def test_a_level_has_its_day_and_no_assessment_lies_ahead(wrong: PersonDetails) -> None:
    with pytest.raises(Refused):
        check_details(wrong, TODAY)


@proves("S138", check_note, disabled=lambda text, source: None)
@pytest.mark.parametrize(("text", "source"), [("", "Mine"), ("Seen", " ")])
def test_a_note_says_something_and_where_it_is_from(text: str, source: str) -> None:
    with pytest.raises(Refused):
        check_note(text, source)
