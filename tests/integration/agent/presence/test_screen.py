"""What is measured of a window, apart from what is then made of it (issue 2 "Visible is measured")."""

from collections.abc import Iterator

import pytest

from offmon.agent.presence.screen import Screen
from offmon.agent.presence.visible import Rect
from tests.integration.agent.presence.stranger import Stranger


@pytest.fixture
def screen(stranger: Stranger) -> Iterator[Screen]:
    screen = Screen()
    yield screen
    screen.close()


def test_a_window_is_no_larger_than_the_one_it_lies_in(screen: Screen, stranger: Stranger) -> None:
    window = stranger.show_within(Rect(100, 100, 10, 20), Rect(0, 0, 400, 100))
    facts = screen.look(window)
    assert facts is not None
    assert facts.frame == Rect(100, 100, 10, 20)


def test_the_server_tells_when_it_is_fully_obscured_and_when_seen_again(screen: Screen, stranger: Stranger) -> None:
    window = stranger.show_within(Rect(100, 100, 400, 100), Rect(0, 0, 400, 100))
    screen.watch(window)
    cover = stranger.cover(Rect(0, 0, 1280, 800))
    facts = screen.look(window)
    assert facts is not None
    assert facts.fully_obscured
    assert facts.above == (Rect(0, 0, 1280, 800),)
    cover.unmap()
    stranger.finish()
    facts = screen.look(window)
    assert facts is not None
    assert not facts.fully_obscured
    assert facts.above == ()


def test_an_unknown_window_is_not_there(screen: Screen) -> None:
    assert screen.look(0x7FFFFF) is None
