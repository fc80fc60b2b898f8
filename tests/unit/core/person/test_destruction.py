"""What stands in the way of a key's destruction: each thing alone, and any together (R-RET-9)."""

from itertools import product

import pytest

from offmon.core.person.destruction import OBSTACLE_WORDS, Obstacle, OpenWork, check_destroyable, obstacles
from tests.unit.core.samples import code_of

IN_ORDER = tuple(Obstacle)


@pytest.mark.parametrize("is_open", list(product((False, True), repeat=len(IN_ORDER))))
def test_nothing_may_be_open(is_open: tuple[bool, ...]) -> None:
    collecting, *counts = is_open
    work = OpenWork(collecting, *(2 * count for count in counts))
    expected = tuple(one for one, there in zip(IN_ORDER, is_open, strict=True) if there)
    assert obstacles(work) == expected
    if expected:
        assert code_of(check_destroyable, work) == expected[0]
    else:
        check_destroyable(work)


def test_each_has_words_for_staff() -> None:
    assert set(OBSTACLE_WORDS) == set(Obstacle)
