"""Under 18 to the day, and which orders are for adults alone (R-RGT-19)."""

from datetime import date

import pytest

from offmon.core.authority.bases import BASES, Basis
from offmon.core.errors import passes
from offmon.core.person.age import age_on, check_adult, is_child
from tests.prove.markers import proves
from tests.support.refused import code_of


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 6, 9), date(2026, 6, 8), 17),
        (date(2008, 6, 9), date(2026, 6, 9), 18),  # at the start of the birthday
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
    ],
)
def test_a_person_is_of_age_from_their_birthday_on(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age
    assert is_child(born.isoformat(), day) == (age < 18)


@proves("S164", check_adult, disabled=lambda basis, made_on, born_on: None)
def test_an_order_for_adults_is_refused_of_whoever_was_a_child_that_day() -> None:
    day = date(2026, 6, 8)
    refused = {basis for basis in Basis if not passes(check_adult, basis, day, "2008-06-09")}
    assert refused == {Basis.SCPO, Basis.INT_SCPO}
    assert code_of(check_adult, Basis.SCPO, day, "2008-06-09") == "adults-only"


@pytest.mark.parametrize("born_on", ["", "2008-06-08", "1980-01-01"])
def test_it_is_not_refused_of_an_adult_or_where_no_date_of_birth_is_known(born_on: str) -> None:
    for basis in BASES:
        check_adult(basis, date(2026, 6, 8), born_on)
