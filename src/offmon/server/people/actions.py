"""Every write to people."""

from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.agencies.actions import grant_caseload
from offmon.server.agencies.queries import supervisors_of
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.ids import new_id
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.people.models import Person

TAKEN: Final = "Your agency already has a case with that reference. Find it, or give this one another reference."


@action
def do_open_case(reference: str, name: str, *, language: str = "en", actor: Actor) -> Id:
    """Open a case for one person under the actor's agency: to the actor and to each supervisor of their team. Returns the case's id.

    Raises Refused (`reference-taken`) where the agency has a case of that reference, on whosever caseload.
    """
    actor.check(Permission.DEPLOYMENT_DRAFT)
    case = new_id()
    grant_caseload(case, actor.id, "opened the case", actor=actor)
    for supervisor in supervisors_of(actor.team):
        grant_caseload(case, supervisor, "supervises the team of the officer who opened the case", actor=actor)
    person = Person(
        id=case,
        agency=actor.agency,
        case=case,
        reference=reference,
        name=column_key().enclose(name, Person, case, "name"),
        language=language,
    )
    with once("person_reference_once", "reference-taken", TAKEN):
        person.save(force_insert=True)
    append(actor, Verb.CASE_OPENED, case=case, touched=(person,))
    return case
