"""The window of the device's own pages on a low or narrow screen: what fits, and that every control can be reached (WCAG 2.2, 1.4.10)."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from offmon.agent.presence.details import first_page, page_of, tools
from offmon.agent.presence.pages import as_told, place_beside
from offmon.agent.presence.visibility import Rect, WindowFacts
from offmon.agent.presence.words import IndicatorLanguage
from tests.unit.agent.presence.test_details import AT, NOW, PROFILE, ROOT

MEASURE = """
import json, sys
from offmon.agent.presence.pages_window import Reader
for wide in json.loads(sys.argv[2]):
    reader = Reader()
    reader._obey(json.loads(sys.argv[1]) | {"frame": (20, 20, wide, 700)})
    for larger in (False, True):
        for _ in range(4 * larger):
            reader._grow(2)
        for _ in range(5):
            reader._root.update()
        root = reader._root
        print(json.dumps({
            "window": (root.winfo_width(), root.winfo_height()),
            "text": reader._text.winfo_height(),
            "buttons": [
                (one.winfo_rootx() - root.winfo_rootx(), one.winfo_rooty() - root.winfo_rooty(), one.winfo_width(), one.winfo_height(),
                 one.winfo_reqwidth())
                for one in reader._tools.winfo_children()
            ],
        }))
    root.destroy()
"""  # in a process of its own: Tk ends the one that it is in when its display goes


SCROLLS = """
import json, sys
from offmon.agent.presence.pages_window import Reader
reader = Reader()
reader._obey(json.loads(sys.argv[1]))
for _ in range(5):
    reader._root.update()
print(json.dumps(reader._text.yview()))
"""
SMALL = Rect(0, 0, 1280, 760)
STRIP = Rect(1090, 674, 166, 30)  # where it stands on that screen


@pytest.mark.parametrize("language", [IndicatorLanguage.ENGLISH, IndicatorLanguage.WELSH])
@pytest.mark.usefixtures("stranger")
def test_the_first_screen_with_three_conditions_needs_no_scrolling_at_760_pixels(language: IndicatorLanguage) -> None:
    held = replace(PROFILE, person_texts=(PROFILE.person_texts * 2)[:3])
    frame = place_beside(WindowFacts(True, STRIP, (SMALL,), (), False, False, 1.0))
    told = {"tools": tools(language), "frame": (frame.x, frame.y, frame.width, frame.height)}
    page = as_told(page_of(held, ROOT, NOW, AT, language))
    command = [sys.executable, "-c", SCROLLS, json.dumps(told | {"page": page})]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [0, 1]


WIDE = [760, 390, 320]


@pytest.mark.parametrize("language", IndicatorLanguage)
@pytest.mark.usefixtures("stranger")
def test_all_three_of_its_buttons_lie_in_the_window_however_narrow_it_is_and_large_its_letters(
    language: IndicatorLanguage,
) -> None:
    told = json.dumps({"tools": tools(language), "page": as_told(first_page(language))})
    command = [sys.executable, "-c", MEASURE, told, json.dumps(WIDE)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    measured = [json.loads(line) for line in ran.stdout.splitlines()]
    for wide, found in zip([wide for wide in WIDE for _ in range(2)], measured, strict=True):
        width, height = found["window"]
        assert width <= wide
        assert len(found["buttons"]) == 3
        for left, top, own_width, own_height, wanted in found["buttons"]:
            assert 0 <= left <= left + own_width <= width
            assert 0 <= top <= top + own_height <= height
            assert own_width >= wanted
        assert found["text"] > height / 2
