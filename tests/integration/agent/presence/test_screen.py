"""The measurements of a window, without the judgement on them (issue 2 "Visible is measured")."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from Xlib.display import Display  # type: ignore[import-untyped]

from offmon.agent.presence.browser_placement import OwnedWindow, owners
from offmon.agent.presence.screen import NotMeasurable, Screen
from offmon.agent.presence.visibility import Rect
from offmon.agent.presence.window_contents import Drawn
from tests.integration.agent.presence.stranger import Stranger


@pytest.fixture
def screen(stranger: Stranger) -> Iterator[Screen]:
    screen = Screen()
    yield screen
    screen.close()


def test_a_window_is_no_larger_than_the_one_it_lies_in(screen: Screen, stranger: Stranger) -> None:
    window = stranger.show_within(Rect(100, 100, 10, 20), Rect(0, 0, 400, 100))
    facts = screen.look(window, Drawn())
    assert facts is not None
    assert facts.frame == Rect(100, 100, 10, 20)


def test_the_server_tells_when_it_is_fully_obscured_and_when_seen_again(screen: Screen, stranger: Stranger) -> None:
    window = stranger.show_within(Rect(100, 100, 400, 100), Rect(0, 0, 400, 100))
    screen.watch(window)
    cover = stranger.cover(Rect(0, 0, 1280, 800))
    facts = screen.look(window, Drawn())
    assert facts is not None
    assert facts.fully_obscured
    assert facts.above == (Rect(0, 0, 1280, 800),)
    cover.unmap()
    stranger.finish()
    facts = screen.look(window, Drawn())
    assert facts is not None
    assert not facts.fully_obscured
    assert facts.above == ()


@pytest.mark.usefixtures("stranger")
def test_a_server_under_wayland_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so by an extension that python-xlib has no code for."""
    query = Display.query_extension
    monkeypatch.setattr(
        Display, "query_extension", lambda self, name: query(self, "SHAPE" if name == "XWAYLAND" else name)
    )
    with pytest.raises(NotMeasurable):
        Screen()


def test_an_unknown_window_is_not_there(screen: Screen) -> None:
    assert screen.look(0x7FFFFF, Drawn()) is None


def test_whose_a_window_is_the_server_says_and_one_that_is_minimised_stands_there_still(
    screen: Screen, stranger: Stranger
) -> None:
    """R-LEG-31, S76."""
    own = os.getpid()
    assert screen.windows_of({own}) == ()
    stranger.cover(Rect(0, 0, 9, 9)).unmap()
    stranger.finish()
    assert owners(screen.windows_of({own})) == frozenset()
    window = stranger.cover(Rect(0, 0, 200, 100), managed=True)
    assert owners(screen.windows_of({own, 1})) == {own}
    assert screen.windows_of({1}) == ()
    stranger.minimise(window)
    assert OwnedWindow(own, drawn=True, viewable=False, kept=True) in screen.windows_of({own})
    window.destroy()
    stranger.finish()
    assert owners(screen.windows_of({own})) == frozenset()


def test_what_a_window_says_of_itself_is_not_asked(screen: Screen, stranger: Stranger) -> None:
    """Another process would else pass for a browser by one property."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        stranger.call_it_anothers(stranger.cover(Rect(0, 0, 200, 100), managed=True), other.pid)
        assert owners(screen.windows_of({other.pid})) == frozenset()
        other.communicate(b"\n")
