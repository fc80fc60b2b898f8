"""Which calls are answered: every alert that a message stands for was looked at, acknowledged or decided since it was called about.

Inside the scope that is open; for the worker. It shows nothing of a case, and is no consultation.
"""

from collections import defaultdict

from offmon.core.ids import Id
from offmon.core.states import AlertState
from offmon.server.base.actor import Actor
from offmon.server.reaching.queries import open_calls
from offmon.server.triage.models import Called
from offmon.server.triage.queries.passing import last_answers


def answered_calls(actor: Actor) -> list[Id]:
    """The messages that need not be sent any more."""
    open_ = open_calls()
    if not open_:
        return []
    every = set[Id]().union(*open_.values())
    rows = list(Called.objects.filter(message__in=every).select_related("alert"))
    answers = last_answers(list({row.alert_id: row.alert for row in rows}.values()), actor=actor)
    waiting = defaultdict[Id, bool](bool)
    for row in rows:
        is_answered = row.alert.state is AlertState.DECIDED or answers.get(row.alert_id, 0) > row.at
        waiting[row.message] = not is_answered
    known = {row.message for row in rows}
    return [
        one for one, stands_for in open_.items() if stands_for <= known and not any(waiting[of] for of in stands_for)
    ]
