"""A status of a licence, from its feed: it is noted, and monitoring that rests on the licence is suspended in the same transaction.

Rules
- Where an officer recorded that the licence ended, nothing rests on it, and its status suspends nothing.
- Recalled, not active, or unknown: monitoring under the licence is suspended at once, by the worker (R-LEG-14, R-LEG-16).
- The suspension is one by the log: it counts until a person takes it back (S165). No status starts anything.
- All monitoring of the case is suspended, even where another order runs on. The officer records the end of the licence, and then takes the
  suspension back: from then on monitoring is under the other order alone.
"""

from offmon.core.authority.licence import Effect, Standing, rule_of, why_of
from offmon.core.authority.licence_feed import Change
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.states import DeploymentState
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.actions.moves import move
from offmon.server.deployments.policy import COLLECTING, newest_authorised
from offmon.server.orders.licences.actions import note_change
from offmon.server.orders.licences.queries import in_force, instruments_of


@action
def do_take_change(change: Change, *, actor: Actor) -> bool:
    """Take one change of the feed; whether anything changed. The same change again changes nothing."""
    changed = note_change(change, actor)
    for one in changed:
        if one.standing is not None and one.effect is not Effect.RUN:
            _suspend(one.case, one.instrument, one.standing, actor)
    return bool(changed)


def _suspend(case: Id, instrument: Id, standing: Standing, actor: Actor) -> None:
    for deployment in models.Deployment.objects.select_for_update().filter(case=case, state__in=COLLECTING):
        if instrument not in in_force(rests_on(deployment.id), clock.now()):
            continue
        row = as_left(deployment)
        row.why, row.stopped_at = why_of(standing), clock.now()
        move(row, DeploymentState.SUSPENDED, "why", "stopped_at")
        said = f"{row.why}: {rule_of(standing).says}"
        append(actor, Verb.DEPLOYMENT_SUSPENDED, case=row.case, touched=(row,), reason=said)


def rests_on(deployment: Id) -> set[Id]:
    """The orders and licences that the newest authorisation of monitoring rests on."""
    newest = newest_authorised(deployment)
    return instruments_of({term for choice in (newest.chosen or () if newest else ()) for term in choice.terms})
