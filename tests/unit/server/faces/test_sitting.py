"""How long a session lasts, as a table."""

import pytest

from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.ids import Digest, Id, Ms
from offmon.server.faces.console.session import HALF_MS, Half, StaffSession, has_passed, is_over

START = 1_781_000_000_000
SOMEONE = Id("a" * 32)
CREDENTIALS = Digest("b" * 64)


@pytest.mark.parametrize(
    ("began_before", "seen_before", "over"),
    [
        (0, 0, False),
        (15 * MINUTE_MS - 1, 15 * MINUTE_MS - 1, False),
        (15 * MINUTE_MS, 15 * MINUTE_MS, True),
        (8 * HOUR_MS - 1, 0, False),
        (8 * HOUR_MS, 0, True),
        (0, -1, True),  # the clock stepped back
        (-1, -1, True),
    ],
)
def test_a_sitting_is_over_after_15_idle_minutes_or_8_hours(began_before: int, seen_before: int, *, over: bool) -> None:
    sitting = StaffSession(SOMEONE, SOMEONE, Ms(START - began_before), Ms(START - seen_before), CREDENTIALS)
    assert is_over(sitting, Ms(START)) is over


@pytest.mark.parametrize(("before", "passed"), [(0, False), (HALF_MS - 1, False), (HALF_MS, True), (-1, True)])
def test_from_the_password_to_the_code_there_are_five_minutes(before: int, *, passed: bool) -> None:
    assert HALF_MS == 5 * MINUTE_MS
    assert has_passed(Half(SOMEONE, Ms(START - before), "/"), Ms(START)) is passed
