"""Acting as invented staff: who they are, and what the actions need to be told about the case."""

from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.server.agencies.queries import credentials, staff
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
