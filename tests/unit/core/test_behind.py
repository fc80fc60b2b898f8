"""A device counts as behind once no lost answer explains it (issue 13)."""

import pytest

from offmon.core.formats.journal import BEHIND_MS, stays_behind
from offmon.core.ids import Ms


@pytest.mark.parametrize(
    ("since", "at", "stays"),
    [
        (None, BEHIND_MS, False),
        (0, 0, False),
        (0, BEHIND_MS - 1, False),
        (0, BEHIND_MS, True),
        (5, BEHIND_MS + 4, False),
    ],
)
def test_it_stays_behind_after_ten_minutes(since: int | None, at: int, stays: bool) -> None:
    assert stays_behind(None if since is None else Ms(since), Ms(at)) is stays
