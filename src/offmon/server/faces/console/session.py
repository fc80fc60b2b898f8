"""How long a session lasts (ASVS 5.0 §7.3): 15 minutes without a page, 8 hours in all. From password to code: 5 minutes.

A clock that stepped back ends each of them too: a time that cannot be measured is not extended.
"""

from dataclasses import dataclass
from typing import Final

from offmon.core import clock
from offmon.core.ids import Digest, Id, Ms

IDLE_MS: Final = 15 * clock.MINUTE_MS
LONGEST_MS: Final = 8 * clock.HOUR_MS
HALF_MS: Final = 5 * clock.MINUTE_MS


@dataclass(frozen=True, slots=True)
class Half:
    """Someone gave the right password at one browser, and wants to go `onward`. It opens nothing but the way to the code."""

    staff: Id
    began_at: Ms
    onward: str


@dataclass(frozen=True, slots=True)
class StaffSession:
    """One member of staff at one browser. `session` is the id that log entries carry; it opens nothing.

    `working_for` is the agency whose cases they chose to work on, where it is not their own. It is asked again for each request.
    `took_over`: those cases that their own agency took over from it.
    `credentials`: of the account, as it began or its owner changed it here. Where the account's are others, the sitting is over.
    """

    staff: Id
    session: Id
    began_at: Ms
    seen_at: Ms
    credentials: Digest
    working_for: Id | None = None
    took_over: bool = False


def has_passed(half: Half, at: Ms) -> bool:
    """Whether the password must be given again."""
    return not 0 <= at - half.began_at < HALF_MS


def is_over(sitting: StaffSession, at: Ms) -> bool:
    """Whether whoever sits there must sign in again."""
    idle, whole = at - sitting.seen_at, at - sitting.began_at
    return not (0 <= idle < IDLE_MS and 0 <= whole < LONGEST_MS)
