"""How much waits for a person where they work: what the menu of every page counts. It names nobody, so that it is no consultation.

Rules
- It is asked by one question, whatever the tables are: how much there is to do, and what waits for a yes or no (`second_person`).
- What a role may not read is not asked.
"""

from functools import cache, partial
from typing import Any, Final

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Cast

from offmon.core.access.roles import Permission, Role, may
from offmon.core.person.request_desk import kinds_for
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.fields import IdField, TextField
from offmon.server.base.prepared import ACTOR, Prepared
from offmon.server.base.scope import scope
from offmon.server.rights.requests.queries import for_desk
from offmon.server.start_page import second_person
from offmon.server.triage.queries import Waiting
from offmon.server.triage.queries.caseload import seen_by, to_decide

_COUNTED: Final = frozenset({"alerts", "actions", "requests"})  # no kind of record is called so
_NOBODY: Final = Cast(Value(None), IdField())


def waiting(*, actor: Actor) -> Waiting:
    """How much waits for them, of what their role lets them read."""
    at = clock.now()
    with scope(actor):
        asked = _asked(actor.role, actor.is_guest, actor.took_over)
        rows = asked.ask(actor=actor.id, home=actor.home or actor.agency, at=at, since=second_person.since(at))
        counts = {kind: number for kind, _, _, number, _ in rows if kind in _COUNTED}
        answers = second_person.count(actor, [row for row in rows if row[0] not in _COUNTED])
    return Waiting(counts.get("alerts", 0), counts.get("actions", 0), counts.get("requests", 0), answers)


@cache
def _asked(role: Role, guest: bool, took_over: bool) -> Prepared:
    """The question how much there is of each, and what waits for a yes or no: as rows of five, of which a count fills two."""
    allowed = partial(may, role, guest=guest, took_over=took_over)
    rows = dict[str, QuerySet[Any, Any]]()
    if allowed(Permission.QUEUE_READ):
        rows["alerts"] = to_decide()
    if allowed(Permission.ACTION_READ):
        rows["actions"] = seen_by(ACTOR)
    if allowed(Permission.REQUEST_ANSWER) and kinds_for(role):
        rows["requests"] = for_desk(role)
    counted = [
        each.order_by()
        .values_list(Value(name, output_field=TextField()), _NOBODY, _NOBODY)
        .annotate(number=Count("id"), nobody=_NOBODY)
        for name, each in rows.items()
    ]
    return Prepared.of(second_person.joined([*second_person.counted(role, guest=guest, took_over=took_over), *counted]))
