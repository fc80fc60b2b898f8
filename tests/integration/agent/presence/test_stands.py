"""A look stands while nothing is told and the words are there as they were, and no longer (R-LEG-31, issue 21)."""

from collections.abc import Callable

import pytest

from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.screen import _STANDS_FOR
from offmon.agent.presence.visibility import Rect, Visible
from offmon.core.ids import Ms
from tests.integration.agent.presence.stranger import Stranger

_FEW, _WHOLE = 5, 30  # requests


def _requests(indicator: Indicator) -> int:
    """How much one look asks of the display server."""
    connection = indicator._screen._display.display
    before = connection.request_serial
    assert isinstance(indicator.measure(Ms(0)), Visible)
    return int(connection.request_serial - before)


def _at_rest(indicator: Indicator) -> None:
    """Just after a whole look that stands."""
    for _ in range(2 * _STANDS_FOR):
        indicator.measure(Ms(0))
    assert any(_requests(indicator) >= _WHOLE for _ in range(_STANDS_FOR + 1))


def test_what_stands_is_asked_by_a_handful_of_requests_and_after_so_many_all_is_asked_again(
    indicator: Indicator,
) -> None:
    _at_rest(indicator)
    asked = [_requests(indicator) for _ in range(_STANDS_FOR + 1)]
    assert max(asked[:-1]) <= _FEW
    assert asked[-1] >= _WHOLE


@pytest.mark.parametrize(
    "happens",
    [
        lambda stranger: stranger.cover(Rect(0, 0, 9, 9)),
        lambda stranger: stranger.cover(Rect(0, 0, 9, 9), managed=True),
    ],
    ids=["a window elsewhere", "one that the window manager places"],
)
def test_whatever_is_told_has_all_asked_anew(
    indicator: Indicator, stranger: Stranger, happens: Callable[[Stranger], object]
) -> None:
    _at_rest(indicator)
    happens(stranger)
    stranger.finish()
    assert _requests(indicator) >= _WHOLE
