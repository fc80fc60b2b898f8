"""Whether a person is under 18, and what may not be recorded of them then (R-RGT-19).

Rules
- A person reaches an age at the start of their birthday (Family Law Reform Act 1969 s.9). Born on 29 February, that is 1 March
  in other years.
- An order that is for adults alone is refused for a person known to be under 18 on the day it was made (`BasisRule.adults_by`).
"""

from datetime import date
from typing import Final

from offmon.core.authority.agreement import Agreement
from offmon.core.authority.bases import BASES, Basis
from offmon.core.errors import Refused

ADULT_YEARS: Final = 18


def anniversary(day: date, years: int) -> date:
    """The day so many years after `day`; 1 March where it has no 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def age_on(born: date, day: date) -> int:
    """Whole years of age on `day`."""
    return day.year - born.year - (day < anniversary(born, day.year - born.year))


def is_child(born_on: str, day: date) -> bool:
    """Whether a person born on `born_on`, as it is recorded, is under 18 on `day`. Not where nothing is recorded."""
    return bool(born_on) and age_on(date.fromisoformat(born_on), day) < ADULT_YEARS


def check_beside(agreement: Agreement | None, made_on: date, born_on: str) -> None:
    """Raises Refused for an agreement of a person known to be under 18 that does not say that an adult was beside them (R-LEG-21)."""
    if agreement is not None and not agreement.needs_adult and is_child(born_on, made_on):
        raise Refused(
            "no-adult",
            "The person was under 18 when they agreed. Say so, and record which independent adult was there.",
        )


def check_adult(basis: Basis, made_on: date, born_on: str) -> None:
    """Raises Refused for an order that is for adults alone, of a person known to be under 18 on the day it was made."""
    law = BASES[basis].adults_by
    if law and is_child(born_on, made_on):
        raise Refused(
            "adults-only",
            f"The law allows this order for adults alone ({law}), and the person was under 18 on that day. "
            "Compare its date and the date of birth. Ask a lawyer before you go on.",
        )
