"""Cover: while somebody is away, a colleague in the same role works their cases, until a day (R-SEC-9).

Rules
- The colleague is another person of the same agency and in the same role, so that no role gains a case that it would not have.
- It is given by whoever is away, or by a supervisor. Nobody takes a colleague's cases by saying that they are away.
- Who is away themselves covers for nobody.
- It ends by itself: at most eight weeks on. Whoever is away longer hands the cases over.
- Who is away keeps their access; alerts that are raised meanwhile go to whoever covers.
"""

from typing import Final

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms

MOST_DAYS: Final = 56


def check_giver(away: Id, by_is_away: bool, actor: Id, role: Role) -> None:
    """Raises Refused unless whoever is away, or a supervisor, gives a cover, to somebody who is there."""
    if actor != away and role is not Role.SUPERVISOR:
        raise Refused("cover-of-another", "Ask your supervisor, or the colleague who is away, to record it.")
    if by_is_away:
        raise Refused("cover-away", "They are away themselves. Choose another colleague.")


def check_cover(away: tuple[Id, Id, Role], by: tuple[Id, Id, Role], until: Ms, now: Ms) -> None:
    """Raises Refused unless one may cover for the other until then. Each: their id, agency and role."""
    if by[0] == away[0] or by[1:] != away[1:]:
        raise Refused("cover-unlike", "Choose a colleague of the same agency in the same role.")
    if not now < until <= now + MOST_DAYS * clock.DAY_MS:
        raise Refused("cover-long", f"Choose a last day from today on, within {MOST_DAYS} days.")
