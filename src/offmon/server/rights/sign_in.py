"""A person's code, PIN and session, and how long each counts (R-SEC-10; ASVS 5.0 §6, §7). Pure: time is an argument.

Rules
- An officer's code counts for one day, five attempts and one use. `core/access/portal_access` draws it, and limits a device's.
- What a PIN is, and how often one may try, is one rule with the device (`core/access/pin`).
- A session ends after ten minutes without a page, and after one hour in any case. A clock that stepped back ends it too.
"""

from dataclasses import dataclass
from typing import Final

from offmon.core import clock
from offmon.core.ids import Id, Ms

CODE_MS: Final = clock.DAY_MS
CODE_TRIES: Final = 5
IDLE_MS: Final = 10 * clock.MINUTE_MS
LONGEST_MS: Final = clock.HOUR_MS


@dataclass(frozen=True, slots=True)
class PersonSession:
    """One person at one browser. `session` is the id that log entries carry; it opens nothing."""

    agency: Id
    case: Id
    access: Id
    session: Id
    began_at: Ms
    seen_at: Ms


def is_over(sitting: PersonSession, at: Ms) -> bool:
    """Whether the person must sign in again."""
    idle, whole = at - sitting.seen_at, at - sitting.began_at
    return not (0 <= idle < IDLE_MS and 0 <= whole < LONGEST_MS)
