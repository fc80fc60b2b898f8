"""Cover: while somebody is away, a colleague in the same role works their cases, until a day (R-SEC-9).

Rules
- The colleague is another person of the same agency and in the same role, so that no role gains a case that it would not have.
- It ends by itself: at most eight weeks on. Whoever is away longer hands the cases over.
- Who is away keeps their access; alerts that are raised meanwhile go to whoever covers.
"""

from typing import Final

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms

MOST_DAYS: Final = 56


def check_cover(away: tuple[Id, Id, Role], by: tuple[Id, Id, Role], until: Ms, now: Ms) -> None:
    """Raises Refused unless one may cover for the other until then. Each: their id, agency and role."""
    if by[0] == away[0] or by[1:] != away[1:]:
        raise Refused("cover-unlike", "Choose a colleague of the same agency in the same role.")
    if not now < until <= now + MOST_DAYS * clock.DAY_MS:
        raise Refused("cover-long", f"Choose a last day from today on, within {MOST_DAYS} days.")
