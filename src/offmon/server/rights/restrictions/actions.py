"""Every write to restrictions: asked for, decided by another, lifted.

No entry holds a word of the reasons: a bundle shows entries to its recipient.
"""

from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.person import restrictions
from offmon.core.person.restrictions import Decided, Line, RestrictionRequest
from offmon.server.agencies.queries import check_on_caseload
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.ids import new_id
from offmon.server.base.scope import action
from offmon.server.rights.restrictions.models import Restriction
from offmon.server.rights.restrictions.policy import check_decide, check_lift


@action
def do_ask_restriction(case: Id, asked: RestrictionRequest, *, actor: Actor) -> Id:
    """Ask that lines of a case are told later. Nothing is held back until another person agrees. Its id. Raises Refused."""
    actor.check(Permission.RESTRICTION_ASK)
    now = clock.now()
    check_on_caseload(case, actor.id, now)
    restrictions.check_asked(asked, now)
    row_id = new_id()
    row = Restriction(
        id=row_id,
        agency=actor.agency,
        case=case,
        ground=asked.ground,
        sent=Line.SENT in asked.lines,
        looked=Line.LOOKED in asked.lines,
        since=asked.since,
        until=asked.until,
        reasons=_enclosed(asked.reasons, row_id, "reasons"),
        told=asked.told,
        routes_given=asked.routes_given,
        ends_at=asked.ends_at,
        asked_by=actor.id,
        asked_at=now,
        begun_in=actor.session,
    )
    row.save(force_insert=True)
    append(actor, Verb.RESTRICTION_ASKED, case=case, touched=(row,))
    return row.id


@action
def do_decide_restriction(restriction: Id, outcome: Decided, reason: str, *, actor: Actor) -> None:
    """Agree to it, or not, with a reason, as another person than who asked. Raises Refused."""
    row, now = _locked(restriction), clock.now()
    check_decide(actor, row, now)
    _check_said(reason)
    row.decided_by, row.decided_at, row.outcome, row.agreed_in = actor.id, now, outcome, actor.session
    row.decision = _enclosed(reason, row.id, "decision")
    row.save(update_fields=["decided_by", "decided_at", "outcome", "agreed_in", "decision"])
    append(actor, Verb.RESTRICTION_DECIDED, case=row.case, touched=(row,), reason=outcome.value)


@action
def do_lift_restriction(restriction: Id, reason: str, *, actor: Actor) -> None:
    """Have it hold nothing from the next midnight on. Raises Refused."""
    row, now = _locked(restriction), clock.now()
    check_lift(actor, row, now)
    _check_said(reason)
    row.lifted_by, row.lifted_at = actor.id, now
    row.lifting = _enclosed(reason, row.id, "lifting")
    row.save(update_fields=["lifted_by", "lifted_at", "lifting"])
    append(actor, Verb.RESTRICTION_LIFTED, case=row.case, touched=(row,))


def _locked(restriction: Id) -> Restriction:
    """The row, for one act at a time. Raises Refused for one outside the actor's caseload."""
    row = Restriction.objects.select_for_update().filter(id=restriction).first()
    if row is None:
        raise Refused(
            "not-on-caseload", "You have no access to this case. Ask its supervisor for access, with a reason."
        )
    return as_left(row)


def _check_said(reason: str) -> None:
    if not reason.strip():
        raise Refused("no-reasons", "Enter the reasons. We keep them for the Information Commissioner.")


def _enclosed(text: str, row: Id, column: str) -> bytes:
    return column_key().enclose(text.strip(), Restriction, row, column)
