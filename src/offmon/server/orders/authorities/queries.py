"""The authority of many cases, by as many statements as of one. Inside the scope that is open."""

from collections.abc import Collection

from offmon.core.authority.bases import Basis
from offmon.core.authority.order import Instrument, Term, TermKind, cut_withdrawn
from offmon.core.ids import Id
from offmon.server.base import clock
from offmon.server.orders.models import InstrumentRow, TermRow, WithdrawalRow
from offmon.server.orders.queries import readable


def authority_of_each(
    cases: Collection[Id],
) -> dict[Id, tuple[tuple[Instrument, ...], tuple[Term, ...], frozenset[Id]]]:
    """As `queries.readable_authority_of`, of many cases by as many statements, each with the conditions that the person withdrew."""
    instruments = list(readable(InstrumentRow.objects.filter(case__among=cases, basis__in=Basis)))
    terms = TermRow.objects.filter(case__among=cases, effect__in=TermKind).defer(*TermRow.UNREAD)
    read, withdrawn = list(readable(terms)), list(WithdrawalRow.objects.filter(case__among=cases))
    found = {}
    for case in cases:
        gone = [row.core() for row in withdrawn if row.case == case]
        known = cut_withdrawn((row.core() for row in read if row.case == case), gone, clock.now())
        orders = tuple(row.core() for row in instruments if row.case == case)
        found[case] = (orders, known, frozenset(one.term for one in gone))
    return found
