"""How much waits for a person where they work: what the menu of every page counts. It names nobody, so that it is no consultation.

Rules
- It is asked by one question, whatever the tables are: how much there is to do, and what waits for a yes or no (`second_person`).
- What a role may not read is not asked.
"""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, Final

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Cast

from offmon.core.access.roles import Permission, Role, may
from offmon.core.ids import Ms
from offmon.core.person.request_desk import kinds_for
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.fields import IdField, TextField
from offmon.server.base.prepared import ACTOR, Prepared
from offmon.server.base.scope import scope
from offmon.server.rights.requests.queries import for_desk
from offmon.server.start_page import second_person
from offmon.server.start_page.second_person import Lines
from offmon.server.triage.queries import Waiting
from offmon.server.triage.queries.caseload import seen_by, to_decide

_COUNTED: Final = frozenset({"alerts", "actions", "requests"})  # no kind of record is called so
_NOBODY: Final = Cast(Value(None), IdField())


def waiting(*, actor: Actor) -> Waiting:
    """How much waits for them, of what their role lets them read."""
    with scope(actor):
        counts, of = asked(actor, clock.now())
        return counted(counts, second_person.count(of))


def asked(actor: Actor, at: Ms) -> tuple[dict[str, int], Lines]:
    """How much there is of each, and what they are asked or asked themselves, inside the scope that is open."""
    rows = _question(actor.role, actor.is_guest, actor.took_over).ask(**second_person.given(actor, at))
    counts = {kind: number for kind, _, _, number, *_ in rows if kind in _COUNTED}
    return counts, second_person.lines(row for row in rows if row[0] not in _COUNTED)


def counted(counts: Mapping[str, int], answers: int) -> Waiting:
    """What the menu says, where so much waits for their yes or no."""
    return Waiting(counts.get("alerts", 0), counts.get("actions", 0), counts.get("requests", 0), answers)


@cache
def _question(role: Role, guest: bool, took_over: bool) -> Prepared:
    """The question how much there is of each, and what waits for a yes or no: as rows of six, of which a count fills two."""
    allowed = partial(may, role, guest=guest, took_over=took_over)
    rows = dict[str, QuerySet[Any, Any]]()
    if allowed(Permission.QUEUE_READ):
        rows["alerts"] = to_decide()
    if allowed(Permission.ACTION_READ):
        rows["actions"] = seen_by(ACTOR)
    if allowed(Permission.REQUEST_ANSWER) and kinds_for(role):
        rows["requests"] = for_desk(role)
    counts = [
        each.order_by()
        .values_list(Value(name, output_field=TextField()), _NOBODY, _NOBODY)
        .annotate(number=Count("id"), nobody=_NOBODY, part=Value("", output_field=TextField()))
        for name, each in rows.items()
    ]
    return Prepared.of(second_person.joined([*second_person.parts(role, guest=guest, took_over=took_over), *counts]))
