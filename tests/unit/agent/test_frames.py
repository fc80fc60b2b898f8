"""Nested frames are examined to a limit of depth and number; the rest is declared (issue 2)."""

import pytest

from offmon.agent.sources.frames import MAX_AROUND, MAX_DEPTH, MAX_FRAMES
from offmon.agent.sources.page_socket import PageFact
from offmon.core.formats.event import GapReason, Origin
from tests.unit.agent.desk import LISTED, Desk

LONG = "https://other.example/?" + "x" * (32 * 1024 - 23)
HELP = "https://helpline.example/"


def around(*within: str) -> PageFact:
    return PageFact(LISTED, Origin.OPENED_BY_PAGE, None, within, "a name")


@pytest.mark.parametrize(
    ("within", "taken"),
    [
        (("https://other.example/",) * MAX_DEPTH, True),
        (("https://other.example/",) * (MAX_DEPTH + 1), False),
        ((LONG,) * (MAX_AROUND // len(LONG)), True),
        ((LONG,) * (MAX_AROUND // len(LONG)) + ("x",), False),
    ],
    ids=["as-deep-as-may-be", "deeper", "as-much-as-may-be", "more"],
)
def test_what_stands_deeper_or_with_more_around_it_is_declared_once_and_not_looked_at(
    desk: Desk, within: tuple[str, ...], taken: bool
) -> None:
    assert desk.pages.asked().page(around(*within)) is False
    assert desk.outbox.pending == (1 if taken else 0)
    assert desk.declared() == ([] if taken else [(GapReason.QUARANTINED, 1)])


@pytest.mark.parametrize("within", [("",) * MAX_DEPTH + (HELP,), (LONG,) * 5 + (HELP,), (HELP, *(LONG,) * 5)])
def test_in_an_excluded_page_it_is_nothing_however_deep(desk: Desk, within: tuple[str, ...]) -> None:
    assert desk.pages.asked().page(around(*within)) is False
    assert desk.declared() == []


def test_what_is_too_deep_uses_up_none_of_the_frames_that_are_looked_at(desk: Desk) -> None:
    asker = desk.pages.asked()
    for _ in range(MAX_FRAMES):
        asker.page(around(*("",) * (MAX_DEPTH + 1)))
    asker.page(around("https://other.example/"))
    assert desk.outbox.pending == 1
    assert desk.declared() == [(GapReason.QUARANTINED, MAX_FRAMES)]
