"""Colours of the indicator, and of the device's own pages.

Rules
- Text on its ground reaches a contrast of 4.5, the mark beside it 3 (WCAG 2.2 §1.4.3, §1.4.11). A test computes both, and the measure
  ignores paler text.
- Words tell the state; colour only repeats it (§1.4.1).
"""

from offmon.agent.presence.states import AgentState

LEAST_CONTRAST = 4.5
PAPER = "#ffffff"
INK = "#0b0c0c"
BUTTON = "#e8eaeb"
BUTTON_PRESSED = "#d2d6d8"
ON = "#00703c"
OFF = "#505a5f"
FOCUS = "#1d70b8"
WRONG = "#b10e1e"


def mark_of(state: AgentState) -> str:
    """The colour of the bar at the side."""
    return ON if state is AgentState.COLLECTING else OFF


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The ratio of two colours' light, each of red, green and blue from 0 to 65535 (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_light(one), _light(other)))
    return (light + 0.05) / (dark + 0.05)


def _light(colour: tuple[int, int, int]) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (n / 65535 for n in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
