"""The device's own pages as a person uses them: a click, keys, and text copied from the window."""

import re
import subprocess
import sys

from offmon.agent.presence import style
from offmon.agent.presence.folding import HIGHEST_STRIP
from offmon.agent.presence.visibility import Rect
from offmon.core.access.portal_access import WayIn
from tests.integration.agent.devices import await_true
from tests.integration.agent.presence.stranger import Stranger

WINDOW = "Offmon-details"
PIN = "471147"
RIGHTS, NOTICE, CODE = 4, 5, 6  # of the buttons on the details page
STOP = 6  # which stands before that of the code, where something was agreed to
# Withdrawn, so that it takes nobody's focus.
COPIED = (
    "import tkinter; r = tkinter.Tk(); r.withdraw(); print(r.selection_get(selection='CLIPBOARD', type='UTF8_STRING'))"
)


def open_window(stranger: Stranger) -> None:
    frame = stranger.frame()
    if frame.height <= HIGHEST_STRIP:
        stranger.drag((frame.x + frame.width // 2, frame.y + frame.height // 2))
        await_true(lambda: stranger.frame() != frame and style.BUTTON in stranger.colours(stranger.frame()))
    stranger.drag(stranger.buttons()[0])
    await_true(lambda: stranger.find(WINDOW) is not None)


def window_of(stranger: Stranger) -> Rect:
    """The window with what the window manager put around it."""
    window = stranger.find(WINDOW)
    assert window is not None
    size = window.get_geometry()
    return Rect(size.x, size.y, size.width, size.height)


def shown(stranger: Stranger, holds: str) -> str:
    """What the person could copy from the window, once it says `holds`. The text then has the focus, and what can be typed follows it."""
    copied = ""

    def says() -> bool:
        nonlocal copied
        frame = window_of(stranger)
        stranger.drag((frame.x + 60, frame.y + 60))
        stranger.press("a", holding="Control_L")
        stranger.press("c", holding="Control_L")
        copied = subprocess.run([sys.executable, "-c", COPIED], capture_output=True, text=True, check=False).stdout
        return holds in copied

    await_true(says)
    return copied


def go_to_pin(stranger: Stranger) -> None:
    open_window(stranger)
    shown(stranger, "Not your account?")
    press_button(stranger)


def fill(stranger: Stranger, *fields: str) -> None:
    """From the text on: each field in turn, then Return."""
    for text in fields:
        stranger.press("Tab")
        stranger.type(text)
    stranger.press("Return")


def choose_pin(stranger: Stranger, code: str) -> None:
    shown(stranger, "Choose a PIN")
    fill(stranger, code, PIN, PIN)


def get_code(stranger: Stranger, then: str, button: int = CODE) -> str:
    """From the details page, or by another button: the PIN once more; what the window shows once it says `then`."""
    press_button(stranger, button)
    shown(stranger, "Type your PIN again")
    fill(stranger, PIN)
    return shown(stranger, then)


def press_button(stranger: Stranger, number: int = 1) -> None:
    """A button of a page without fields, by its number."""
    for _ in range(number):
        stranger.press("Tab")
    stranger.press("Return")


def code_in(copied: str) -> WayIn:
    """The name and the code that a page shows."""
    found = re.search(r": ([a-z]{8})$.*?: ([A-Z2-9]{5}-[A-Z2-9]{5})$", copied, re.S | re.M)
    assert found is not None, copied
    return WayIn(found[1], found[2])
