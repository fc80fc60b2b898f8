"""The indicator folds into a strip that is still seen, and opens for whoever presses or focuses it (R-LEG-31, R-RGT-3; WCAG 2.2, 2.1.1)."""

import pytest

from offmon.agent.presence import folding, style
from offmon.agent.presence.folding import HIGHEST_STRIP, WIDEST_STRIP
from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.states import AgentState, Form
from offmon.agent.presence.visibility import NotVisible, NotVisibleReason, Rect, Visible
from offmon.agent.presence.words import IndicatorLanguage
from offmon.core.ids import Ms
from tests.integration.agent.devices import await_true
from tests.integration.agent.presence.displays import stand
from tests.integration.agent.presence.stranger import Stranger

NOW = Ms(1_700_000_000_000)


@pytest.fixture
def folded(opened: Indicator) -> Indicator:
    stand(opened, Form.STRIP)
    return opened


def becomes(indicator: Indicator, form: Form) -> None:
    await_true(lambda: indicator.measure(NOW) == Visible(NOW) and indicator.form is form)


@pytest.mark.parametrize("language", IndicatorLanguage)
def test_it_is_small_and_can_be_read_in_each_language_and_state(
    stranger: Stranger, language: IndicatorLanguage
) -> None:
    indicator = Indicator.start(language)
    for state in AgentState:
        indicator.show(state)
        stand(indicator, Form.STRIP)
        assert indicator.measure(NOW) == Visible(NOW)
        frame = stranger.frame()
        assert (frame.width <= WIDEST_STRIP, frame.height <= HIGHEST_STRIP) == (True, True), frame
        assert (style.ON in stranger.colours(frame)) is (state is AgentState.COLLECTING)
    indicator.stop()


def test_it_folds_by_itself_and_stays_seen(opened: Indicator, monkeypatch: pytest.MonkeyPatch) -> None:
    stand(opened, Form.OPEN)
    monkeypatch.setattr(folding, "FOLDS_AFTER_S", 0)
    assert opened.measure(NOW) == Visible(NOW)
    assert opened.form is Form.STRIP


def test_a_press_opens_it_and_a_drag_only_moves_it(folded: Indicator, stranger: Stranger) -> None:
    start = stranger.frame()
    stranger.drag((start.x + 40, start.y + 15), by=(-300, -200))
    await_true(lambda: stranger.frame().x == start.x - 300)
    assert folded.measure(NOW) == Visible(NOW)
    assert folded.form is Form.STRIP
    stranger.drag((start.x - 260, start.y - 185))
    becomes(folded, Form.OPEN)


def test_the_keyboards_focus_opens_it_and_its_buttons_work_from_there(folded: Indicator, stranger: Stranger) -> None:
    stranger.focus()
    becomes(folded, Form.OPEN)
    stranger.press("Return")
    await_true(folded.details_asked)
    becomes(folded, Form.STRIP)  # which leaves more room to what was asked for
    stranger.press("Return")
    becomes(folded, Form.OPEN)
    before = stranger.frame()
    stranger.press("Tab")
    stranger.press("Return")
    await_true(lambda: stranger.frame() != before)
    assert folded.measure(NOW) == Visible(NOW)


@pytest.mark.parametrize(
    "tell",
    [
        Indicator.open,
        lambda indicator: indicator.show(AgentState.FAULT),
        lambda indicator: indicator.show(AgentState.STARTING, "another permission"),
        Indicator.restart,
    ],
    ids=["a gap was over", "it says something else", "a new permission", "another window"],
)
def test_it_opens_by_itself(folded: Indicator, tell: object) -> None:
    folded.show(AgentState.STARTING)
    stand(folded, Form.STRIP)
    tell(folded)  # type: ignore[operator]
    assert folded.measure(NOW) == Visible(NOW)
    assert folded.form is Form.OPEN


def test_it_folds_and_opens_in_the_corner_where_it_was_put(opened: Indicator, stranger: Stranger) -> None:
    for _ in range(4):
        window = stranger.frame()
        stand(opened, Form.STRIP)
        strip = stranger.frame()
        assert strip.overlap(window) == strip
        opened.open()
        assert opened.measure(NOW) == Visible(NOW)
        assert stranger.frame() == window
        stranger.drag(stranger.buttons()[1])
        await_true(lambda window=window: stranger.frame() != window)  # type: ignore[misc]


def test_a_hand_that_opens_it_while_it_is_measured_makes_no_gap(
    folded: Indicator, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, look = stranger.frame(), folded._look

    def pressed_meanwhile() -> NotVisibleReason | None:
        monkeypatch.setattr(folded, "_look", look)
        look()
        stranger.drag((frame.x + 40, frame.y + 15))
        await_true(lambda: stranger.frame() != frame)
        return NotVisibleReason.TAKEN_APART

    monkeypatch.setattr(folded, "_look", pressed_meanwhile)
    assert folded.measure(NOW) == Visible(NOW)
    assert folded.form is Form.OPEN


def test_the_open_window_shown_over_the_strip_covers_it(folded: Indicator, stranger: Stranger) -> None:
    stranger.show_other_form()
    assert folded.measure(NOW) == NotVisible(NOW, NotVisibleReason.COVERED)
    assert folded.measure(NOW) == Visible(NOW)


def test_a_quarter_of_its_word_may_be_covered(folded: Indicator, stranger: Stranger) -> None:
    frame = stranger.frame()
    stranger.cover(Rect(frame.x + frame.width - 40, frame.y, 40, frame.height))
    assert folded.measure(NOW) == Visible(NOW)
