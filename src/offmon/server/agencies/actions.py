"""Every write to agencies."""

from offmon.core.audit import Verb
from offmon.core.ids import Id
from offmon.server.agencies.models import Agency, Caseload, KeysStatement, Staff, Team
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id, new_salt
from offmon.server.base.scope import action


def grant_caseload(case: Id, staff: Id, reason: str, *, actor: Actor) -> None:
    """Open a case to a member of staff, inside the caller's action."""
    grant = Caseload.objects.create(
        id=new_id(),
        agency=actor.agency,
        case=case,
        salt=new_salt(),
        staff_id=staff,
        since=clock.now(),
        reason=reason,
        granted_by=actor.id,
    )
    append(actor, Verb.CASELOAD_GRANTED, case=case, touched=(grant,), reason=reason)


@action
def do_grant_caseload(case: Id, staff: Id, reason: str, *, actor: Actor) -> None:
    """Open a case to a colleague, with a reason. The actor's own scope must hold the case."""
    grant_caseload(case, staff, reason, actor=actor)


@action
def do_record_sign_in(*, actor: Actor) -> None:
    """Record that the actor signed in: the session that later entries carry begins here."""
    append(actor, Verb.SIGNED_IN, case=None)


def set_up_agency(agency: Agency, statements: list[bytes], teams: list[Team], staff: list[Staff]) -> None:
    """Write an agency's directory: done once, by the operator, before anyone can sign in. Directory rows only."""
    agency.save(force_insert=True)
    for version, document in enumerate(statements, 1):
        KeysStatement.objects.create(id=new_id(), agency=agency, version=version, document=document)
    for row in (*teams, *staff):
        row.save(force_insert=True)
