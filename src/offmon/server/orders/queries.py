"""Every read of orders."""

from offmon.core.assessment import Assessment
from offmon.core.audit import Verb
from offmon.core.bundle.layout import Record
from offmon.core.ids import Id
from offmon.core.order import Instrument, Term
from offmon.core.roles import Permission
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.scope import scope
from offmon.server.orders.models import AssessmentRow, InstrumentRow, TermRow

COMPILED = ("verbatim",)  # what no process but the console may read, and compile does not need


def authority_of(case: Id) -> tuple[tuple[Instrument, ...], tuple[Term, ...]]:
    """The case's instruments and terms, as compile needs them: without the court's words. Inside the caller's scope.

    This is how signer and vault look at the authority for themselves; showing it to a person is a query of `deployments`.
    """
    instruments = tuple(row.core() for row in InstrumentRow.objects.filter(case=case).order_by("id"))
    terms = tuple(row.core() for row in TermRow.objects.filter(case=case).defer(*COMPILED).order_by("id"))
    return instruments, terms


def words_of(term: Id, *, actor: Actor) -> str | None:
    """The court's own words of a term, to compare with the document. None outside the actor's caseload (R-LEG-24)."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        row = TermRow.objects.filter(id=term).first()
        if row is None:
            return None
        append(actor, Verb.CASE_CONSULTED, case=row.case)
        return column_key().open(row.verbatim, TermRow, row.id, "verbatim")


def records_of(case: Id) -> list[tuple[Id, Record]]:
    """The case's orders and terms as a bundle shows them, inside the scope that is open. The court's words are withheld."""
    instruments = InstrumentRow.objects.filter(case=case)
    terms = TermRow.objects.filter(case=case).defer(*COMPILED)
    return [(row.id, row.opened()) for row in (*instruments, *terms)]


def assessments() -> tuple[Assessment, ...]:
    """The impact assessments of the scope's agency, as the gate needs them. Reading them consults nobody: they are about no case.

    This is how console, worker and signer each look for themselves; the newest comes first.
    """
    return tuple(row.core() for row in AssessmentRow.objects.defer("salt").order_by("-prepared_at", "id"))


def assessments_for(*, actor: Actor) -> tuple[Assessment, ...]:
    """The same, for pages."""
    actor.check(Permission.ASSESSMENT_READ)
    with scope(actor):
        return assessments()
