"""When orders may be written, beyond what the role may do at all."""

from offmon.core.errors import OffmonError, Refused
from offmon.core.records import check_two_people
from offmon.core.roles import Permission
from offmon.server.base.actor import Actor
from offmon.server.orders.models import AssessmentRow, TermRow


def check_confirm_term(actor: Actor, term: TermRow) -> None:
    """Raises Refused unless the actor may confirm this term: a second officer, once (R-LEG-24)."""
    actor.check(Permission.INSTRUMENT_CONFIRM)
    if term.recorded_by == actor.id:
        raise Refused("one-person", "You recorded this term; a colleague must confirm it against the document.")
    if term.confirmed_by is not None:
        raise Refused("already-confirmed", "This term was confirmed already; nothing changed.")


def may_confirm_term(actor: Actor, term: TermRow) -> bool:
    """Whether `check_confirm_term` lets it pass."""
    try:
        check_confirm_term(actor, term)
    except OffmonError:
        return False
    return True


def check_sign_assessment(actor: Actor, assessment: AssessmentRow) -> None:
    """Raises Refused unless the actor may sign this assessment: another person than who prepared it, once (R-DPA-31)."""
    actor.check(Permission.ASSESSMENT_SIGN)
    check_two_people(assessment.prepared_by, actor.id, "An impact assessment")
    if assessment.signed_by is not None:
        raise Refused("already-signed", "This assessment was signed already; nothing changed.")


def may_sign_assessment(actor: Actor, assessment: AssessmentRow) -> bool:
    """Whether `check_sign_assessment` lets it pass."""
    try:
        check_sign_assessment(actor, assessment)
    except OffmonError:
        return False
    return True
