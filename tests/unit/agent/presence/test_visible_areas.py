"""Which areas count as lit, for each answer of a display with several outputs (R-LEG-31)."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from Xlib.ext import randr  # type: ignore[import-untyped]

from offmon.agent.presence.visibility import Rect
from offmon.agent.presence.visible_areas import lit

type Crtc = tuple[int, int, int, int, int, list[int]]

LEFT, RIGHT = 61, 62
# As the server tells of a screen that is turned: its width is that on the display.
UPRIGHT: Crtc = (7, 1920, 0, 1080, 1920, [RIGHT])
LYING: Crtc = (7, 0, 0, 1920, 1080, [LEFT])
DARK: Crtc = (0, 0, 0, 0, 0, [])


class Answers:
    """The few questions that are asked of a display, and of its root."""

    def __init__(self, *crtcs: Crtc, primary: int = 0) -> None:
        self.crtcs, self.primary = crtcs, primary
        self.connections: Mapping[int, int] = {}

    def has_extension(self, name: str) -> bool:
        return name == "RANDR"

    def xrandr_get_output_primary(self) -> Any:
        return SimpleNamespace(output=self.primary)

    def xrandr_get_screen_resources_current(self) -> Any:
        return SimpleNamespace(crtcs=[*range(len(self.crtcs))], config_timestamp=5)

    def xrandr_get_crtc_info(self, crtc: int, _at: int) -> Any:
        return SimpleNamespace(
            **dict(zip(("mode", "x", "y", "width", "height", "outputs"), self.crtcs[crtc], strict=True))
        )

    def xrandr_get_output_info(self, output: int, _at: int) -> Any:
        return SimpleNamespace(connection=self.connections.get(output, randr.Connected))


def areas(of: Answers) -> tuple[Rect, ...] | None:
    return lit(of, of)


def test_each_lit_output_is_an_area_and_one_that_is_turned_lies_as_it_is_seen() -> None:
    assert areas(Answers(LYING, DARK, UPRIGHT)) == (Rect(0, 0, 1920, 1080), Rect(1920, 0, 1080, 1920))


def test_the_primary_one_comes_first() -> None:
    assert areas(Answers(LYING, UPRIGHT, primary=RIGHT)) == (Rect(1920, 0, 1080, 1920), Rect(0, 0, 1920, 1080))


def test_nothing_lit_is_no_area() -> None:
    assert areas(Answers(DARK, DARK)) == ()
    assert areas(Answers()) == ()


@pytest.mark.parametrize(
    ("connection", "counts"), [(randr.Connected, True), (randr.UnknownConnection, True), (randr.Disconnected, False)]
)
def test_an_output_with_nothing_plugged_in_is_not_lit(connection: int, counts: bool) -> None:
    answers = Answers(LYING, UPRIGHT)
    answers.connections = {RIGHT: connection}
    found = areas(answers)
    assert found is not None
    assert (Rect(1920, 0, 1080, 1920) in found) is counts
    assert Rect(0, 0, 1920, 1080) in found


def test_a_display_that_cannot_say_is_told_from_a_dark_one(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(LYING)
    monkeypatch.setattr(answers, "has_extension", lambda _name: False)
    assert areas(answers) is None
