"""Somebody looks again at monitoring, or puts that off once: until when it goes on (R-LEG-23)."""

from offmon.core.access.roles import Permission
from offmon.core.authority.review import ReviewOutcome, check_put_off, check_review
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.states import DeploymentState
from offmon.server.agencies import queries as agencies
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.locks import hold_deployment
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.policy import newest_authorised
from offmon.server.deployments.queries.reviews import newest_first, next_review


@action
def do_review(authorisation: Id, outcome: ReviewOutcome, reasons: str, due: Ms, *, actor: Actor) -> Id:
    """Somebody who may authorise looked at the monitoring again: it goes on until `due`. Raises Refused."""
    actor.check(Permission.DEPLOYMENT_AUTHORISE)
    if outcome is ReviewOutcome.PUT_OFF:
        raise Refused("not-reviewed", "To put a review off is a supervisor's, on a page of its own.")
    return _recorded(_held(authorisation), outcome, reasons, due, actor)


@action
def do_put_off(authorisation: Id, reasons: str, due: Ms, *, actor: Actor) -> Id:
    """A supervisor puts the review off once, until `due`, a fortnight at most. Raises Refused."""
    actor.check(Permission.REVIEW_PUT_OFF)
    held = _held(authorisation)
    check_put_off(clock.now(), next_review(held), newest_first(held).values_list("outcome", flat=True))
    return _recorded(held, ReviewOutcome.PUT_OFF, reasons, due, actor)


def _held(authorisation: Id) -> models.Authorisation:
    """The authorisation, held: what counts now, of monitoring that goes on."""
    hold_deployment(models.Authorisation.objects.get(id=authorisation).deployment_id)
    held = as_left(models.Authorisation.objects.select_for_update().get(id=authorisation))
    newest = newest_authorised(held.deployment_id)
    if newest is None or newest.id != held.id or held.deployment.state is DeploymentState.ENDED:
        raise Refused("not-reviewed", "Only the newest authorisation of monitoring that goes on is reviewed.")
    return held


def _recorded(held: models.Authorisation, outcome: ReviewOutcome, reasons: str, due: Ms, actor: Actor) -> Id:
    agencies.check_logged_on(held.case, actor.id, clock.now())
    row = models.Review(
        agency=held.agency,
        case=held.case,
        authorisation=held,
        outcome=outcome,
        reasons=reasons.strip(),
        reviewed_by=actor.id,
        reviewed_at=clock.now(),
        due=due,
    )
    check_review(row.core(), held.drafted_by)
    row.save(force_insert=True)
    append(actor, outcome.act, case=held.case, touched=(row,))
    return row.id
