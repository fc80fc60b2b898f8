"""Only an area that the hardware lights counts as on screen, whatever a client calls a monitor (R-LEG-31)."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.screen import Screen
from offmon.agent.presence.visibility import NotVisible, NotVisibleReason, Rect, Visible
from offmon.core.ids import Ms
from tests.integration.agent.presence.displays import a_desktop, end, start_display
from tests.integration.agent.presence.outputs import Outputs
from tests.integration.agent.presence.stranger import Stranger

NOW = Ms(1_700_000_000_000)


@pytest.fixture
def desktop() -> Iterator[str]:
    """Each test's own: it does not leave the outputs as they were."""
    with a_desktop() as name:
        yield name


@pytest.fixture
def outputs(desktop: str) -> Iterator[Outputs]:
    outputs = Outputs(desktop)
    yield outputs
    outputs.leave()


def test_a_monitor_that_somebody_named_is_no_screen(indicator: Indicator, stranger: Stranger, outputs: Outputs) -> None:
    outputs.shrink(640, 480)
    named = Rect(700, 500, 580, 300)
    outputs.name_monitor(named)
    assert named in outputs.monitors()
    stranger.place(x=800, y=600)
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.OFF_SCREEN)
    assert indicator.measure(NOW) == Visible(NOW)
    frame = stranger.frame()
    assert frame.overlap(Rect(0, 0, 640, 480)) == frame


def test_with_the_output_off_nothing_is_on_screen(indicator: Indicator, outputs: Outputs) -> None:
    outputs.switch_off()
    assert outputs.monitors() == []
    for _ in range(3):
        assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.OFF_SCREEN)
    outputs.name_monitor(Rect(0, 0, 1280, 800))
    assert indicator.measure(NOW) == NotVisible(NOW, NotVisibleReason.OFF_SCREEN)
    outputs.switch_on()
    indicator.measure(NOW)
    assert indicator.measure(NOW) == Visible(NOW)


# In a process of its own: the library numbers the events of all displays alike, and this one has others.
WITHOUT_RANDR = """
from offmon.agent.presence.indicator import Indicator
from offmon.agent.presence.words import IndicatorLanguage
from offmon.core.ids import Ms
indicator = Indicator.start(IndicatorLanguage.ENGLISH)
print(indicator.measure(Ms(1)), *indicator.seen.monitors)
indicator.stop()
"""


def test_a_display_without_randr_counts_as_lit_all_over() -> None:
    server, name = start_display("-extension", "RANDR")
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT_RANDR],
        env=os.environ | {"DISPLAY": name}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    end(server)
    assert told.stdout.strip() == f"{Visible(Ms(1))} {Rect(0, 0, 1280, 800)}", told.stderr


@pytest.mark.usefixtures("stranger")
def test_a_whole_display_that_is_lit_is_one_area() -> None:
    screen = Screen()
    assert screen._monitors() == (Rect(0, 0, 1280, 800),)
    screen.close()
