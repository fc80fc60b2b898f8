"""When the indicator is an open window, and when it folds into a strip. Pure: no display, no clock.

Rules (R-LEG-31, R-RGT-3)
- It opens at log-in, when what it says changes, with a new permission, after a coverage gap, and when somebody presses or focuses it.
- It folds thirty seconds after the last of these. The strip is never less measured than the window (`visibility`).
- A permission that was only renewed is no new one: a device would else open its window each day for nothing.
- Nothing that comes about through a finding opens it (`core/person/delay`).
"""

from typing import Final

from offmon.core.authority.profile import Profile
from offmon.core.formats.event import GapReason
from offmon.core.person import delay

FOLDS_AFTER_S: Final = 30.0
WIDEST_STRIP: Final = 260
HIGHEST_STRIP: Final = 32
"""Pixels at the usual scale; with a larger one the strip grows as its letters do."""


def collects(held: Profile | None) -> object:
    """What a profile lets be collected, and why: two that differ in this are two permissions, and a renewed lease is none."""
    return None if held is None else (held.grants, held.person_texts)


def folds(opened_s: float, now_s: float) -> bool:
    """Whether an open window folds now, by seconds of one clock that nobody sets."""
    return now_s - opened_s >= FOLDS_AFTER_S


def ends_a_gap(before: GapReason | None, after: GapReason | None) -> bool:
    """Whether a coverage gap is over that the person may know of at once."""
    return before is not None and after is not before and not delay.waits(before)
