"""One rule for a person's PIN, on the device and on their own page (R-SEC-10)."""

import pytest

from offmon.core.access.pin import LEAST_DIGITS, MOST_DIGITS, check_pin, could_be
from offmon.core.errors import passes


@pytest.mark.parametrize(
    ("pin", "taken"),
    [
        ("471147", True),
        ("1" * (LEAST_DIGITS - 1) + "2", True),
        ("47114", False),
        ("471147114711", True),
        ("4711471147114", False),
        ("", False),
        ("000000", False),
        ("123456", False),
        ("901234", False),
        ("654321", False),
        ("47a147", False),
        ("471147 ", False),
        ("٤٧١١٤٧", False),
    ],
)
def test_which_digits_make_a_pin(pin: str, taken: bool) -> None:
    assert passes(check_pin, pin) is taken


@pytest.mark.parametrize(
    ("typed", "could"),
    [("4711", True), ("1" * MOST_DIGITS, True), ("1" * (MOST_DIGITS + 1), False), ("4a", False), ("", False)],
)
def test_what_could_have_been_chosen_is_compared_and_nothing_else(typed: str, could: bool) -> None:
    assert could_be(typed) is could
