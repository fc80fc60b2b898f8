"""Colours of the indicator, and of the device's own pages.

Rules
- Text on its ground reaches a contrast of 4.5, the mark beside it 3 (WCAG 2.2 §1.4.3, §1.4.11); a test computes both.
- The state is told by words; its colour only repeats it (§1.4.1).
"""

from offmon.agent.presence.words import State

PAPER = "#ffffff"
INK = "#0b0c0c"
BUTTON = "#e8eaeb"
BUTTON_PRESSED = "#d2d6d8"
ON = "#00703c"
OFF = "#505a5f"
FOCUS = "#1d70b8"
WRONG = "#b10e1e"


def mark_of(state: State) -> str:
    """The colour of the bar at the side."""
    return ON if state is State.COLLECTING else OFF
