"""How long a sign-in lasts (ASVS 5.0 §7.3): 15 minutes without a page, 8 hours in all.

A clock that stepped back ends a sitting too: what cannot be measured is not extended.
"""

from dataclasses import dataclass
from typing import Final

from offmon.core import clock
from offmon.core.ids import Id, Ms

IDLE_MS: Final = 15 * clock.MINUTE_MS
LONGEST_MS: Final = 8 * clock.HOUR_MS


@dataclass(frozen=True, slots=True)
class Sitting:
    """One member of staff at one browser. `session` is the id that log entries carry; it opens nothing."""

    staff: Id
    session: Id
    began_at: Ms
    seen_at: Ms


def is_over(sitting: Sitting, at: Ms) -> bool:
    """Whether whoever sits there must sign in again."""
    idle, whole = at - sitting.seen_at, at - sitting.began_at
    return not (0 <= idle < IDLE_MS and 0 <= whole < LONGEST_MS)
