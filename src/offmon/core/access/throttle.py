"""How long to wait before the next attempt: to sign in at the agency, or to open the device's own page with a PIN.

Rules (R-SEC-10; ASVS 5.0 §6.3.1)
- Five failures of password, code or PIN within 15 minutes start a wait of 5 minutes.
- Each further failure within a day doubles the wait, up to an hour.
- An attempt during a wait is not checked. It is no failure and does not lengthen the wait.
- A clock that stepped back never makes anybody wait longer than the longest wait.
"""

from collections.abc import Iterable
from typing import Final

from offmon.core import clock
from offmon.core.ids import Ms

MOST: Final = 5
WITHIN_MS: Final = 15 * clock.MINUTE_MS
FIRST_MS: Final = 5 * clock.MINUTE_MS
LONGEST_MS: Final = clock.HOUR_MS
REMEMBERED_MS: Final = clock.DAY_MS


def wait_of(failures: Iterable[Ms], at: Ms) -> int:
    """Milliseconds until the next try, given when earlier ones failed; 0 for now."""
    recent: list[Ms] = []
    until, following = 0, FIRST_MS
    for failed in sorted(one for one in failures if at - one < REMEMBERED_MS):
        recent = [*(one for one in recent if failed - one < WITHIN_MS), failed]
        if until or len(recent) >= MOST:
            until, following = failed + following, min(2 * following, LONGEST_MS)
    return min(max(until - at, 0), LONGEST_MS)
