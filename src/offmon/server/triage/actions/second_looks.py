"""Decisions looked at again, blind: chance draws them, a supervisor says what they find, and only then sees the first decision (R-AI-5)."""

import secrets

from offmon.core.access.roles import Permission
from offmon.core.alerts.second_look import MOST, NOT_DRAWN, check_look
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.agencies import queries as agencies
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.triage.models import Alert, Decision, SecondLook
from offmon.server.triage.queries import check_looked_at
from offmon.server.triage.queries.second_looks import drawable_now, open_looks


@action
def do_draw(*, actor: Actor) -> int:
    """Draw at most `MOST` decisions for the actor, by chance; how many there were. Raises Refused while earlier ones wait for them."""
    actor.check(Permission.DECISION_SAMPLE)
    if open_looks(actor):
        raise Refused("looks-wait", "Decisions that were drawn for you still wait. Look at them first.")
    ready = drawable_now(actor)
    drawn = secrets.SystemRandom().sample(ready, min(MOST, len(ready)))
    for decision in Decision.objects.filter(id__in=drawn).order_by("id"):
        agencies.check_logged_on(decision.case, actor.id, clock.now())
        row = SecondLook(
            agency=decision.agency,
            case=decision.case,
            alert_id=decision.alert_id,
            decision=decision,
            drawn_by=actor.id,
            drawn_at=clock.now(),
        )
        with once("second_look_one_a_decision", "drawn-already", "A colleague drew one of these just now. Draw again."):
            row.save(force_insert=True)
        _log(Verb.DECISION_DRAWN, row, actor)
    return len(drawn)


@action
def do_look_again(alert: Id, outcome: DecisionOutcome, reason: str, *, shown: int, actor: Actor) -> None:
    """Say what one finds of an alert that was drawn, before one sees how it was decided. The first decision stays as it is."""
    actor.check(Permission.DECISION_SAMPLE)
    row = SecondLook.objects.select_for_update().filter(alert_id=alert, drawn_by=actor.id).order_by("-drawn_at").first()
    if row is None:
        raise Refused(*NOT_DRAWN)
    as_left(row)
    check_look(row.core(), actor.id, reason)
    agencies.check_logged_on(row.case, actor.id, clock.now())
    check_looked_at(Alert.objects.get(id=alert), shown, actor=actor)
    row.outcome, row.reason, row.looked_at = outcome, reason, clock.now()
    row.save(update_fields=["outcome", "reason", "looked_at"])
    _log(Verb.DECISION_LOOKED_AT_AGAIN, row, actor)


def _log(verb: Verb, row: SecondLook, actor: Actor) -> None:
    append(actor, verb, case=row.case, touched=(row,), alert=row.alert_id, decision=row.decision_id)
