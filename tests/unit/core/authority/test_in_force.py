"""What is over of a person's orders, recorded or not: one row a case (R-LEG-9, R-LEG-13; issue 19)."""

from dataclasses import replace

import pytest

from offmon.core.authority.in_force import check_none_over, check_some_in_force, in_force, over
from offmon.core.authority.order import Instrument, Term
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from tests.unit.core.authority.test_learned_late import (
    ITEM,
    LATER,
    NEWER,
    NEWER_TERM,
    NEWER_UNCONFIRMED,
    RECALLED,
    SERVING,
    VARIED,
    VARIED_TERM,
)
from tests.unit.core.samples import LICENCE_TERM, NOW, ON_SHPO, SHPO, SHPO_TERM, code_of

COMING = replace(SHPO_TERM, since=Ms(NOW + DAY_MS))
PAST = replace(SHPO_TERM, until=Ms(NOW))


@pytest.mark.parametrize(
    ("case", "instruments", "terms", "gone", "standing"),
    [
        ("it runs", (SHPO,), (SHPO_TERM,), set(), {SHPO.id}),
        ("varied", (SHPO, VARIED), (SHPO_TERM, VARIED_TERM), {SHPO_TERM.id}, {VARIED.id}),
        ("replaced", (SHPO, NEWER), (SHPO_TERM, NEWER_TERM), {SHPO_TERM.id}, {NEWER.id}),
        ("nobody confirmed the newer", (SHPO, NEWER), (SHPO_TERM, NEWER_UNCONFIRMED), set(), {SHPO.id, NEWER.id}),
        ("recalled, and what it was served by", (RECALLED, SERVING), (LICENCE_TERM, ITEM), {LICENCE_TERM.id, ITEM.id}, set()),
        ("its end is to come", (LATER,), (LICENCE_TERM,), set(), {LATER.id}),
        ("the condition begins later", (SHPO,), (COMING,), set(), {SHPO.id}),
        ("the condition's last day is past", (SHPO,), (PAST,), {PAST.id}, {SHPO.id}),
    ],
)  # fmt: skip
def test_what_is_over_and_which_orders_stand(
    case: str, instruments: tuple[Instrument, ...], terms: tuple[Term, ...], gone: set[Id], standing: set[Id]
) -> None:
    assert over(instruments, terms, NOW) == gone, case
    assert {one.id for one in in_force(instruments, terms, NOW)} == standing, case


def test_nobody_chooses_what_is_over() -> None:
    assert code_of(check_none_over, [ON_SHPO], (SHPO,), (SHPO_TERM,), NOW) is None
    assert code_of(check_none_over, [ON_SHPO], (SHPO, VARIED), (SHPO_TERM, VARIED_TERM), NOW) == "term-over"


@pytest.mark.parametrize(
    ("case", "instruments", "terms", "withdrawn", "code"),
    [
        ("it runs", (SHPO,), (SHPO_TERM,), set(), None),
        ("varied", (SHPO, VARIED), (SHPO_TERM, VARIED_TERM), set(), "none-in-force"),
        ("not begun", (SHPO,), (COMING,), set(), "none-in-force"),
        ("its last day is past", (SHPO,), (PAST,), set(), "none-in-force"),
        ("the person withdrew it", (SHPO,), (PAST,), {PAST.id}, "person-stopped"),
        ("nothing of it is recorded", (), (), set(), "none-in-force"),
    ],
)  # fmt: skip
def test_nothing_is_installed_unless_an_authorised_condition_is_in_force(
    case: str, instruments: tuple[Instrument, ...], terms: tuple[Term, ...], withdrawn: set[Id], code: str | None
) -> None:
    assert code_of(check_some_in_force, [ON_SHPO], instruments, terms, withdrawn, NOW) == code, case
