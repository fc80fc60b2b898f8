"""Who may decide on a restriction, and who may lift it."""

from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.core.log.records import check_two_people
from offmon.core.person import restrictions
from offmon.core.person.restrictions import RestrictionStanding, standing
from offmon.server.base.actor import Actor
from offmon.server.rights.restrictions.models import Restriction

WHAT = "A restriction"


def check_decide(actor: Actor, row: Restriction, at: Ms) -> None:
    """Raises Refused unless the actor may decide it now: another person than who asked, in a session of their own, once (R-DPA-26)."""
    actor.check(Permission.RESTRICTION_DECIDE)
    if row.outcome is not None:
        raise Refused("already-decided", "This was decided already.")
    check_two_people(row.asked_by, actor.id, WHAT)
    row.check_agreeing_in(actor.session, WHAT)
    restrictions.check_decidable(row.ends_at, at)


def check_lift(actor: Actor, row: Restriction, at: Ms) -> None:
    """Raises Refused unless there is something to lift. One person is enough: it tells more, not less."""
    actor.check(Permission.RESTRICTION_DECIDE)
    if standing(row.ends_at, row.outcome, row.lifted_at, at) is not RestrictionStanding.IN_FORCE:
        raise Refused("not-in-force", "This restriction is not in force, so you cannot lift it.")
