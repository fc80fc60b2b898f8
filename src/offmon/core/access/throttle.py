"""How long someone must wait before they may try again: to sign in at the agency, or to open the device's own page with a PIN.

Rules (R-SEC-10; ASVS 5.0 §6.3.1)
- Five failures within 15 minutes (of password, code or PIN), and one must wait 5 minutes.
- Each failure after that, within a day of it, is answered by twice the wait before, up to an hour.
- What is asked during a wait is not looked at, so it is no failure and makes the wait no longer.
- A clock that stepped back makes nobody wait longer than the longest.
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
