"""A look stands while nothing is told and the server answers as it did, and no longer (R-LEG-31, issue 21)."""

from collections.abc import Callable
from typing import Any

import pytest

from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.screen import Screen
from offmon.agent.presence.visibility import Rect, Visible, WindowFacts
from offmon.core.ids import Ms
from tests.integration.agent.presence.stranger import Stranger

_WHOLE = 30  # requests


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each look that took no answer from before."""
    looks: list[int] = []
    look = Screen.look

    def noted(self: Screen, *of: Any) -> WindowFacts | None:
        looks.append(1)
        return look(self, *of)

    monkeypatch.setattr(Screen, "look", noted)
    return looks


def _requests(indicator: Indicator) -> int:
    """How much one look asks of the display server."""
    connection = indicator._screen._display.display
    before = connection.request_serial
    assert isinstance(indicator.measure(Ms(0)), Visible)
    return int(connection.request_serial - before)


def _at_rest(indicator: Indicator, anew: list[int]) -> None:
    """Just after a look that stands."""
    for _ in range(10):
        anew.clear()
        indicator.measure(Ms(0))
        if not anew:
            return
    raise AssertionError("no look stands")


def test_what_stands_is_asked_whole_each_time_and_in_one_go(indicator: Indicator, anew: list[int]) -> None:
    _at_rest(indicator, anew)
    assert min(_requests(indicator) for _ in range(5)) >= _WHOLE
    assert anew == []


@pytest.mark.parametrize(
    "happens",
    [
        lambda stranger: stranger.cover(Rect(0, 0, 9, 9)),
        lambda stranger: stranger.cover(Rect(0, 0, 9, 9), managed=True),
    ],
    ids=["a window elsewhere", "one that the window manager places"],
)
def test_whatever_is_told_has_all_looked_at_anew(
    indicator: Indicator, stranger: Stranger, anew: list[int], happens: Callable[[Stranger], object]
) -> None:
    _at_rest(indicator, anew)
    happens(stranger)
    stranger.finish()
    indicator.measure(Ms(0))
    assert anew != []
