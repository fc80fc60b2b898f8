"""MAPPA as a history, other duties, and marks: context that widens nothing."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import offmon
from offmon.core.authority.no_basis import NoBasis
from offmon.core.ids import Ms
from offmon.core.person.entries import DUTIES, Duty, Standing, check_duty, check_mark
from offmon.core.person.mappa import Mappa, check_mappa, level_change
from tests.support.refused import code_of

TODAY = date(2026, 7, 29)
FIRST, SECOND, THIRD = (
    Mappa("1", level, "police", on) for level, on in (("1", "2026-01-05"), ("3", "2026-03-09"), ("3", "2026-06-01"))
)
SOURCES = Path(offmon.__file__).parent
COLLECTS = (
    "core/authority",
    "core/formats",
    "core/bundle",
    "match",
    "agent",
    "server/deployments",
    "server/detectors",
    "server/processes",
)
"""Where it is decided what is collected, from the order to the device."""


@pytest.mark.parametrize(
    ("history", "authorised_at", "change"),
    [
        ([], 5, None),
        ([(FIRST, 1)], 5, None),
        ([(FIRST, 9)], 5, None),
        ([(SECOND, 9), (FIRST, 1)], 5, ("1", "3")),
        (
            [(THIRD, 9), (SECOND, 8), (FIRST, 1)],
            5,
            ("1", "3"),
        ),  # a later meeting that keeps the level does not hide the change
        ([(SECOND, 9), (FIRST, 9)], 5, ("1", "3")),  # both recorded late
        ([(SECOND, 5), (FIRST, 1)], 5, None),  # authorised anew since
    ],
)
def test_a_level_that_changed_since_the_authorisation_is_seen(
    history: list[tuple[Mappa, Ms]], authorised_at: Ms, change: tuple[str, str] | None
) -> None:
    assert level_change(history, authorised_at) == change


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (Mappa("5", "1", "police", "2026-01-05"), "mappa-unknown"),
        (Mappa("1", "4", "police", "2026-01-05"), "mappa-unknown"),
        (Mappa("1", "1", "council", "2026-01-05"), "mappa-unknown"),
        (Mappa("1", "1", "police", "2026-07-30"), "day-ahead"),
    ],
)
def test_an_entry_is_of_the_vocabulary_and_of_a_meeting_that_was_held(wrong: Mappa, code: str) -> None:
    assert code_of(check_mappa, wrong, TODAY) == code
    check_mappa(FIRST, TODAY)


def test_nothing_that_decides_what_is_collected_reads_a_level() -> None:
    """R-LEG-22: neither order, profile, signer nor device imports it, so no level can widen anything."""
    read = {name for folder in COLLECTS for path in (SOURCES / folder).rglob("*.py") for name in imported(path)}
    assert read
    assert not {name for name in read if name.startswith(("offmon.core.person.mappa", "offmon.core.person.entries"))}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{one.name}" for one in node.names))
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (Duty(NoBasis.MAPPA, "X", "2026-01-05"), "duty-unknown"),
        (Duty("shpo_sc", "X", "2026-01-05"), "duty-unknown"),
        (Duty(NoBasis.VOO, " ", "2026-01-05"), "duty-reference"),
        (Duty(NoBasis.VOO, "X", "2026-01-05", "2026-01-04"), "dates-turned"),
    ],
)
def test_a_duty_is_one_that_allows_no_monitoring(wrong: Duty, code: str) -> None:
    assert code_of(check_duty, wrong) == code
    for kind in DUTIES:
        check_duty(Duty(kind, "X", "2026-01-05", "2026-01-05"))


def test_a_mark_says_something_new_and_why() -> None:
    assert code_of(check_mark, Standing.WRONG, Standing.WRONG, "Why") == "standing-same"
    assert code_of(check_mark, Standing.CURRENT, Standing.WRONG, " ") == "reason-empty"
    check_mark(Standing.WRONG, Standing.CURRENT, "It was right")
