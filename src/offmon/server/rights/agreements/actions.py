"""Every way in which the person withdraws what they agreed to, but by word of mouth (`orders.actions`)."""

from collections.abc import Sequence

from offmon.core.access.roles import Permission
from offmon.core.authority.agreement import Door
from offmon.core.ids import Id
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.orders.agreements.actions import do_withdraw
from offmon.server.rights.agreements.queries import Withdrawn, check_agreed
from offmon.server.rights.queries import own_case


def do_stop_agreed(items: Sequence[Id], *, actor: Actor) -> bool:
    """The person withdraws these items on their own page, from now. Whether any of them was theirs to withdraw; another is passed over."""
    actor.check(Permission.PORTAL_ASK)
    case = own_case(actor)
    with scope(actor):
        theirs = check_agreed(case, items)
    if theirs:
        do_withdraw(case, theirs, clock.now(), Door.PORTAL, actor=actor)
    return bool(theirs)


def do_take_from_device(said: Withdrawn, *, actor: Actor) -> bool:
    """Record what the person withdrew at their device, as of when they did."""
    do_withdraw(said.case, [said.term], said.at, Door.DEVICE, actor=actor)
    return True
