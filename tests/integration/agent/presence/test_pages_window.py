"""The window of the device's own pages on a narrow screen: every control can be reached (WCAG 2.2, 1.4.10)."""

import json
import subprocess
import sys

import pytest

from offmon.agent.presence.details import first_page, tools
from offmon.agent.presence.pages import as_told
from offmon.agent.presence.words import IndicatorLanguage

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
