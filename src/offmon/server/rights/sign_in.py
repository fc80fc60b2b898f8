"""A person's code, PIN and session, and how long each counts (R-SEC-10; ASVS 5.0 §6, §7). Pure: time is an argument.

Rules
- An officer's code counts for one day, five attempts and one use. `core/access/portal_access` draws it, and limits a device's.
- A PIN has six digits or more, and none that everyone guesses first: one digit repeated, or digits in a row.
- A session ends after ten minutes without a page, and after one hour in any case. A clock that stepped back ends it too.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms

CODE_MS: Final = clock.DAY_MS
CODE_TRIES: Final = 5
IDLE_MS: Final = 10 * clock.MINUTE_MS
LONGEST_MS: Final = clock.HOUR_MS
PIN_DIGITS: Final = 6
PIN_MOST: Final = 32


@dataclass(frozen=True, slots=True)
class PersonSession:
    """One person at one browser. `session` is the id that log entries carry; it opens nothing."""

    agency: Id
    case: Id
    access: Id
    session: Id
    began_at: Ms
    seen_at: Ms


def check_pin(pin: str) -> None:
    """Raises Refused (`weak-pin`) unless the digits make a PIN."""
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in pairwise(pin) if pin.isdecimal()}
    if not (pin.isascii() and pin.isdecimal() and PIN_DIGITS <= len(pin) <= PIN_MOST) or steps in ({0}, {1}, {9}):
        raise Refused("weak-pin", "Choose at least 6 numbers that are not all the same and not in a row.")


def is_over(sitting: PersonSession, at: Ms) -> bool:
    """Whether the person must sign in again."""
    idle, whole = at - sitting.seen_at, at - sitting.began_at
    return not (0 <= idle < IDLE_MS and 0 <= whole < LONGEST_MS)
