"""Acts as invented staff: who they are, and what the actions need to know about the case."""

from collections.abc import Callable

from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.server.agencies.authentication import actions as door
from offmon.server.agencies.authentication.codes import code_of, step_of
from offmon.server.agencies.queries import credentials, staff
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.deployments.queries import deployment_of


def actor_of(sign_in: str) -> Actor:
    """A member of staff as an actor, in a session of their own: two people are two accounts and two sessions."""
    found = credentials(sign_in)
    if found is None:
        raise Refused("no-staff", "The invented staff are not there; run `make reset`, then begin anew.")
    view = staff(found[0])
    return Actor(view.id, view.role, view.team, view.agency, session=new_id())


def deployment_id(case: Id, actor: Actor) -> Id:
    """The live deployment of a case."""
    found = deployment_of(case, actor=actor)
    if found is None:
        raise Refused("no-deployment", "The invented case has no monitoring; run `make reset`, then begin anew.")
    return found.id


def set_app_up(actor: Actor, keep: Callable[[str], None]) -> None:
    """Set the actor's authenticator app up, as at their first sign-in. `keep` is given its secret first, so that none is lost.

    By the code of the step before, which counts still: that of now is theirs to sign in with at once.
    """
    enclosed = door.draw_secret(actor.id)
    secret = door.open_secret(enclosed, actor.id)
    keep(secret)
    before = step_of(clock.now()) - 1
    try:
        door.do_set_up_factor(enclosed, code_of(secret, before), actor=actor)
    except Refused:  # that step had just ended
        door.do_set_up_factor(enclosed, code_of(secret, before + 1), actor=actor)
