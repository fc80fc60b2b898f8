"""Whether a browser is on the indicator's display, as a truth table (R-LEG-31, S76)."""

import pytest

from offmon.agent.presence.browser_placement import OwnedWindow, may_read, owners, stands
from offmon.agent.presence.states import MEASURE_HOLDS_MS
from offmon.core.ids import Ms

T = Ms(1_800_000_000_000)


@pytest.mark.parametrize(
    ("drawn", "viewable", "kept", "there"),
    [
        (True, True, True, True),
        (True, True, False, True),  # no window manager, or one of its own accord
        (True, False, True, True),  # minimised, or on another desktop of that display
        (True, False, False, False),  # made and never shown
        (False, True, True, False),
        (False, True, False, False),  # only takes input: nothing is seen of it
        (False, False, True, False),
        (False, False, False, False),
    ],
)
def test_a_window_stands_there_if_it_is_drawn_and_shown_or_kept(
    drawn: bool, viewable: bool, kept: bool, there: bool
) -> None:
    window = OwnedWindow(7, drawn, viewable, kept)
    assert stands(window) is there
    assert owners([window]) == ({7} if there else frozenset())


def test_one_window_is_enough_and_nobody_elses_counts() -> None:
    hidden, shown = OwnedWindow(7, True, False, False), OwnedWindow(7, True, True, False)
    assert owners([hidden, shown, OwnedWindow(8, True, False, False)]) == {7}
    assert owners([]) == frozenset()


@pytest.mark.parametrize(
    ("found", "read"),
    [
        (None, False),
        (T, True),
        (T - MEASURE_HOLDS_MS, True),
        (T - MEASURE_HOLDS_MS - 1, False),
        (T + 1, False),  # the clock was set back since
    ],
)
def test_it_is_read_as_long_as_a_measure_holds(found: Ms | None, read: bool) -> None:
    assert may_read(found, T) is read
