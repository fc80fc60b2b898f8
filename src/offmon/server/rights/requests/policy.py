"""What may be done with a request, after which step."""

from collections.abc import Collection
from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.person.deadlines import RequestKind, RequestStage
from offmon.core.person.request_desk import kinds_for
from offmon.server.base.actor import Actor

ALREADY_DONE: Final = ("already-done", "This was recorded already. Open the request to see when.")


def check_step(actor: Actor, kind: RequestKind, step: RequestStage, done: Collection[RequestStage]) -> None:
    """Raises Refused unless the actor may take that step with a request: for its desk, each once, and none after the answer."""
    actor.check(Permission.REQUEST_ANSWER)
    check_desk(actor, kind)
    if RequestStage.ANSWERED in done:
        raise Refused("already-answered", "This was answered already. Record a new request.")
    if step in done:
        raise Refused(*ALREADY_DONE)


def check_desk(actor: Actor, kind: RequestKind) -> None:
    """Raises Refused unless the actor's role answers that kind of request."""
    if kind not in kinds_for(actor.role):
        raise Refused("not-your-desk", "Another role answers this kind of request. The page of the request says which.")
