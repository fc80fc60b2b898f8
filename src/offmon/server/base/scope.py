"""The one place that opens a transaction, and says for whom.

Rules (design §5, "Scope")
- `scope(actor)` tells the database the agency, the actor, their session and, for the supervised person, their case. Row-level security
  reads them. They end with the transaction, so a pooled connection carries nothing over. A query on a case table without them is an error.
- Queries use a short read-write scope, since they log the consultation. Actions are durable: the outermost transaction, committed on
  return. No transaction spans a request.
- A scope inside a scope joins it, for the same actor only: one transaction acts for one. It is kept or undone with the whole.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Final

from django.db import transaction

from offmon.core.errors import Refused
from offmon.server.base.actor import Actor
from offmon.server.base.statements import execute

AGENCY_SETTING = "offmon.agency"
ACTOR_SETTING = "offmon.actor"
CASE_SETTING = "offmon.case"
SESSION_SETTING = "offmon.session"
TOOK_OVER_SETTING = "offmon.took_over"
_FOR_WHOM: Final = (
    f"select set_config('{AGENCY_SETTING}', %s, true), set_config('{ACTOR_SETTING}', %s, true)"
    f", set_config('{SESSION_SETTING}', %s, true)"
)
_OF_WHOM: Final = "select set_config(%s, %s, true)"

_current: ContextVar[Actor | None] = ContextVar("offmon_scope", default=None)


def current() -> Actor | None:
    """Who acts in the scope that is open, or None."""
    return _current.get()


def _tell(settings: list[str]) -> None:
    execute(_FOR_WHOM, settings)


@contextmanager
def scope(
    actor: Actor, *, durable: bool = False, snapshot: bool = False, tell: Callable[[list[str]], None] = _tell
) -> Iterator[None]:
    """A transaction in which `actor` acts. Raises Refused `scope-of-another` inside another's scope.

    `durable` refuses (RuntimeError) to run inside any other transaction: what is done is on disk when the block ends.
    `snapshot`: all that is read is of one moment, whatever others commit meanwhile. The database refuses it within another scope.
    `tell` sets agency, actor and session for this transaction: a caller's own does so in a statement that it says anyway.
    """
    outer = _current.get()
    if outer is not None and (outer.id, outer.agency, outer.took_over) != (actor.id, actor.agency, actor.took_over):
        raise Refused("scope-of-another", "One transaction acts for one actor of one agency; finish the first one.")
    if outer is not None and not (durable or snapshot):  # a savepoint would be two statements more for each query
        yield
        return
    with transaction.atomic(durable=durable):
        if snapshot:
            execute("set transaction isolation level repeatable read", [])
        if outer is None:
            tell([actor.agency, actor.id, actor.session or ""])
            if actor.took_over:
                execute(_OF_WHOM, [TOOK_OVER_SETTING, "yes"])
            if actor.case is not None:
                execute(_OF_WHOM, [CASE_SETTING, actor.case])
        token = _current.set(actor)
        try:
            yield
        finally:
            _current.reset(token)


def action[**P, R](do: Callable[P, R]) -> Callable[P, R]:
    """Decorate `do_x(obj, …, *, actor)`: it is one durable transaction of that actor. TypeError without an actor."""

    @wraps(do)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        actor = kwargs.get("actor")
        if not isinstance(actor, Actor):
            raise TypeError(f"{do.__name__} is an action: it takes actor=Actor(…)")
        with scope(actor, durable=True):
            return do(*args, **kwargs)

    return run
