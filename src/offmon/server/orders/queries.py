"""Every read of orders."""

from offmon.core.ids import Id
from offmon.core.order import Instrument, Term
from offmon.server.orders.models import InstrumentRow, TermRow

COMPILED = ("verbatim",)  # what no process but the console may read, and compile does not need


def authority_of(case: Id) -> tuple[tuple[Instrument, ...], tuple[Term, ...]]:
    """The case's instruments and terms, as compile needs them: without the court's words. Inside the caller's scope.

    This is how signer and vault look at the authority for themselves; showing it to a person is a query of `deployments`.
    """
    instruments = tuple(row.core() for row in InstrumentRow.objects.filter(case=case).order_by("id"))
    terms = tuple(row.core() for row in TermRow.objects.filter(case=case).defer(*COMPILED).order_by("id"))
    return instruments, terms
