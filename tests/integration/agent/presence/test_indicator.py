"""The indicator on a real display, against another client's every means (issue 2 "Visible is measured", R-LEG-31, R-RGT-3)."""

import gc
import os
import signal
import subprocess
import sys
import tracemalloc  # noqa: F401
from collections.abc import Callable
from pathlib import Path

import pytest

from offmon.agent.presence import style
from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.screen import NoDisplay
from offmon.agent.presence.states import AgentState, Form
from offmon.agent.presence.visibility import NotVisible, NotVisibleReason, Rect, Visible
from offmon.agent.presence.words import IndicatorLanguage
from offmon.core.ids import Ms
from tests.integration.agent.devices import await_true
from tests.integration.agent.presence.displays import end, start_display
from tests.integration.agent.presence.stranger import Stranger
from tests.support.patience import PATIENCE_S

SCREEN = Rect(0, 0, 1280, 800)
# python-xlib leaves its socket to the garbage collector when it cannot connect: it is collected in the test that knows of it, and
# pytest, which asks tracemalloc then, must not be importing it at that moment.
LIBRARY_LEAK = "ignore::pytest.PytestUnraisableExceptionWarning"
NOW = Ms(1_700_000_000_000)


def half_of(frame: Rect) -> Rect:
    return Rect(frame.x, frame.y, frame.width // 2, frame.height)


def test_it_is_seen_from_the_first_measure_on(indicator: Indicator, stranger: Stranger) -> None:
    assert indicator.measure(NOW) == Visible(NOW)
    assert style.PAPER in stranger.colours(stranger.frame())


def test_half_covered_is_visible_where_the_rest_says_enough(
    indicator: Indicator, stranger: Stranger, form: Form
) -> None:
    """Half of the one word of the strip tells nobody."""
    stranger.cover(half_of(stranger.frame()))
    half = NotVisible(NOW, NotVisibleReason.COVERED) if form is Form.STRIP else Visible(NOW)
    assert indicator.measure(NOW) == half


def test_a_managed_window_in_full_screen_does_not_cover_it(indicator: Indicator, stranger: Stranger) -> None:
    stranger.cover(SCREEN, managed=True, fullscreen=True)
    indicator.measure(NOW)
    assert indicator.measure(NOW) == Visible(NOW)
    assert style.PAPER in stranger.colours(stranger.frame())


def test_covered_and_then_on_top_again(indicator: Indicator, stranger: Stranger) -> None:
    stranger.cover(SCREEN)
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.COVERED)
    assert indicator.measure(NOW) == Visible(NOW)
    assert style.PAPER in stranger.colours(stranger.frame())


def test_it_comes_to_the_top_where_the_person_put_it(indicator: Indicator, stranger: Stranger) -> None:
    start = stranger.frame()
    stranger.drag((start.x + 20, start.y + 20), by=(-300, -200))
    await_true(lambda: stranger.frame().x == start.x - 300)
    moved = stranger.frame()
    stranger.cover(SCREEN)
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.COVERED)
    assert indicator.measure(NOW) == Visible(NOW)
    assert stranger.frame() == moved


def test_covered_by_a_window_that_insists_stays_covered(indicator: Indicator, stranger: Stranger) -> None:
    cover = stranger.cover(SCREEN)
    for _ in range(5):
        stranger.raise_again(cover)
        assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.COVERED)
        await_true(lambda: style.PAPER in stranger.colours(stranger.frame()))


def test_a_sliver_left_is_covered_though_the_server_calls_it_partial(indicator: Indicator, stranger: Stranger) -> None:
    frame = stranger.frame()
    stranger.cover(Rect(frame.x, frame.y, frame.width * 9 // 10, frame.height))
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.COVERED)


def test_covered_by_two_windows_of_which_neither_is_enough(indicator: Indicator, stranger: Stranger) -> None:
    frame = stranger.frame()
    left = half_of(frame)
    stranger.cover(left)
    stranger.cover(Rect(left.x + left.width, left.y, frame.width - left.width, left.height))
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.COVERED)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (Stranger.unmap, NotVisibleReason.UNMAPPED),
        (Stranger.unmap_inner, NotVisibleReason.UNMAPPED),
        (lambda stranger: stranger.place(x=5000, y=5000), NotVisibleReason.OFF_SCREEN),
        (lambda stranger: stranger.place(x=1279), NotVisibleReason.OFF_SCREEN),
        (lambda stranger: stranger.place(width=1, height=1), NotVisibleReason.TOO_SMALL),
        (Stranger.cut, NotVisibleReason.CUT_AWAY),
        (Stranger.make_transparent, NotVisibleReason.TRANSPARENT),
        (lambda stranger: stranger.show_inside(0), NotVisibleReason.COVERED),
        (lambda stranger: stranger.show_inside(3), NotVisibleReason.COVERED),
        (Stranger.unmap_contents, NotVisibleReason.TAKEN_APART),
        (Stranger.unmap_words, NotVisibleReason.TAKEN_APART),
        (Stranger.move_words, NotVisibleReason.TAKEN_APART),
        (Stranger.shrink_words, NotVisibleReason.TAKEN_APART),
        (Stranger.cut_words, NotVisibleReason.TAKEN_APART),
        (Stranger.take_words_away, NotVisibleReason.TAKEN_APART),
        (Stranger.put_mark_over_words, NotVisibleReason.TAKEN_APART),
        (Stranger.widen, NotVisibleReason.TAKEN_APART),
        (Stranger.grow, NotVisibleReason.TAKEN_APART),
        (lambda stranger: stranger.paint_over("#336699"), NotVisibleReason.PAINTED_OVER),
        (lambda stranger: stranger.paint_over(style.PAPER), NotVisibleReason.PAINTED_OVER),
    ],
)
def test_what_another_client_does_is_found_and_undone(
    indicator: Indicator, stranger: Stranger, harm: Callable[[Stranger], None], reason: NotVisibleReason
) -> None:
    before = stranger.frame()
    harm(stranger)
    assert indicator.measure(NOW) == NotVisible(NOW, reason)
    assert indicator.measure(NOW) == Visible(NOW)
    assert stranger.frame() == before
    assert style.PAPER in stranger.colours(before)


def test_one_whose_words_are_destroyed_is_gone_and_can_be_replaced(indicator: Indicator, stranger: Stranger) -> None:
    stranger.destroy_words()
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.GONE)
    indicator.restart()
    assert indicator.measure(NOW) == Visible(NOW)
    assert style.PAPER in stranger.colours(stranger.frame())


def test_a_strange_window_inside_that_insists_stays_over_it(indicator: Indicator, stranger: Stranger) -> None:
    window = stranger.show_inside(0)
    for _ in range(3):
        window.map()
        stranger.finish()
        assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.COVERED)


def test_what_is_kept_off_the_screen_is_not_seen_though_the_window_holds_it(
    indicator: Indicator, stranger: Stranger
) -> None:
    stranger.keep_off_the_screen()
    await_true(lambda: style.PAPER not in stranger.colours(stranger.frame()))
    for _ in range(3):
        assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.PAINTED_OVER)
    stranger.let_on_the_screen()
    indicator.measure(NOW)
    assert indicator.measure(NOW) == Visible(NOW)


def test_closing_and_minimising_are_ignored(indicator: Indicator, stranger: Stranger) -> None:
    stranger.ask_to_close()
    stranger.ask_to_minimise(stranger.find_indicator())
    assert indicator.measure(NOW) == Visible(NOW)


def test_details_are_one_click_away(opened: Indicator, stranger: Stranger) -> None:
    assert not opened.details_asked()
    details, _ = stranger.buttons()
    stranger.drag(details)
    await_true(opened.details_asked)
    assert not opened.details_asked()


def test_it_moves_by_one_click_through_the_corners(opened: Indicator, stranger: Stranger) -> None:
    corners = []
    for _ in range(4):
        before = stranger.frame()
        corners.append((before.x, before.y))
        stranger.drag(stranger.buttons()[1])
        await_true(lambda before=before: stranger.frame() != before)  # type: ignore[misc]
        assert opened.measure(NOW) == Visible(NOW)
    assert len(set(corners)) == 4
    assert (stranger.frame().x, stranger.frame().y) == corners[0]


def test_it_can_be_dragged_but_not_off_the_screen(indicator: Indicator, stranger: Stranger) -> None:
    start = stranger.frame()
    stranger.drag((start.x + 20, start.y + 20), by=(-300, -200))
    await_true(lambda: (stranger.frame().x, stranger.frame().y) == (start.x - 300, start.y - 200))
    stranger.drag((start.x - 280, start.y - 180), by=(2000, 2000))
    await_true(lambda: stranger.frame().x == SCREEN.width - start.width)
    assert indicator.measure(NOW) == Visible(NOW)
    assert (stranger.frame().width, stranger.frame().height) == (start.width, start.height)


def test_a_frozen_loop_does_not_answer(indicator: Indicator) -> None:
    os.kill(indicator.pid, signal.SIGSTOP)
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.NOT_ANSWERING)
    os.kill(indicator.pid, signal.SIGCONT)
    await_true(lambda: indicator.measure(NOW) == Visible(NOW))


def test_a_frozen_one_can_be_replaced(indicator: Indicator) -> None:
    frozen = indicator.pid
    os.kill(frozen, signal.SIGSTOP)
    indicator.restart()
    assert indicator.pid != frozen
    assert indicator.measure(NOW) == Visible(NOW)


@pytest.mark.parametrize("killed", ["process", "client"])
def test_a_killed_one_is_gone_and_comes_back_saying_the_same(
    indicator: Indicator, stranger: Stranger, killed: str
) -> None:
    indicator.show(AgentState.COLLECTING)
    if killed == "process":
        os.kill(indicator.pid, signal.SIGKILL)
    else:
        stranger.kill_client()
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.GONE)
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.GONE)
    indicator.restart()
    assert indicator.measure(NOW) == Visible(NOW)
    assert style.ON in stranger.colours(stranger.frame())


def test_it_shows_the_state_that_it_is_told(indicator: Indicator, stranger: Stranger) -> None:
    for state in AgentState:
        indicator.show(state)
        assert indicator.measure(NOW) == Visible(NOW)
        shown = stranger.colours(stranger.frame())
        assert (style.ON in shown) is (state is AgentState.COLLECTING)


def test_what_a_frozen_window_missed_is_said_again(indicator: Indicator, stranger: Stranger) -> None:
    os.kill(indicator.pid, signal.SIGSTOP)
    for _ in range(6000):  # more than a pipe holds, so that the last word is lost
        indicator.show(AgentState.COLLECTING)
    indicator.show(AgentState.NOT_VISIBLE)
    os.kill(indicator.pid, signal.SIGCONT)
    await_true(lambda: indicator.measure(NOW) == Visible(NOW))
    assert style.ON not in stranger.colours(stranger.frame())


def test_it_does_not_claim_to_collect_when_nobody_measures(indicator: Indicator, stranger: Stranger) -> None:
    indicator.show(AgentState.COLLECTING)
    assert indicator.measure(NOW) == Visible(NOW)
    await_true(lambda: style.ON not in stranger.colours(stranger.frame()))
    assert indicator.measure(NOW) == Visible(NOW)
    assert style.ON in stranger.colours(stranger.frame())


@pytest.mark.filterwarnings(LIBRARY_LEAK)
@pytest.mark.parametrize("name", [None, "", ":9999", "nonsense", "localhost:10.0"])
def test_without_a_display_it_refuses_and_names_what_would_help(
    monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    if name is None:
        monkeypatch.delenv("DISPLAY", raising=False)
    else:
        monkeypatch.setenv("DISPLAY", name)
    with pytest.raises(NoDisplay) as refused:
        Indicator.start(IndicatorLanguage.ENGLISH)
    assert refused.value.code == "no-display"
    assert "xvfb-run" in refused.value.message
    del refused
    gc.collect()


AGENT = """
import os, signal
from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.words import IndicatorLanguage
from tests.support.patience import PATIENCE_S

os.write(1, b"%d\\n" % Indicator.start(IndicatorLanguage.ENGLISH).pid)
signal.pause()
"""


def test_the_window_ends_with_its_agent(stranger: Stranger) -> None:
    agent = subprocess.Popen([sys.executable, "-c", AGENT], stdout=subprocess.PIPE)
    assert agent.stdout is not None
    window = int(agent.stdout.readline())
    with agent.stdout:
        agent.kill()
        agent.wait(PATIENCE_S)
    await_true(lambda: not Path(f"/proc/{window}").exists())


@pytest.mark.filterwarnings(LIBRARY_LEAK)
def test_the_display_going_away_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    server, name = start_display()
    monkeypatch.setenv("DISPLAY", name)
    indicator = Indicator.start(IndicatorLanguage.ENGLISH)
    end(server)
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.GONE)
    with pytest.raises(NoDisplay):
        indicator.restart()
    indicator.stop()
    gc.collect()


def test_stopped_is_gone(indicator: Indicator) -> None:
    indicator.stop()
    indicator.stop()
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.GONE)
    assert not indicator.details_asked()
