"""Whether each chosen list fits each chosen condition: by the type of its order, and a type of its offence (R-LEG-5).

Rules
- Compiling asks this of what is in force (`profile.compile_grants`). A condition that begins later would refuse the profile on that day.
- So whoever drafts or authorises is asked at once, of every condition that a choice names, and told which list does not fit which order.
- What is not known here is refused elsewhere, as an unknown list or condition.
"""

from collections.abc import Collection, Iterable

from offmon.core.authority.bases import BASES
from offmon.core.authority.order import Instrument, Term
from offmon.core.authority.profile import Choice, ListDeclaration
from offmon.core.errors import Refused


def check_lists_fit(
    choices: Iterable[Choice],
    instruments: Collection[Instrument],
    terms: Iterable[Term],
    lists: Iterable[ListDeclaration],
) -> None:
    """Raises Refused (`list-mismatch`) where a chosen list is not for the order of a condition that the same choice rests on."""
    orders, declared = {one.id: one for one in instruments}, {one.ref.id: one for one in lists}
    under = {one.id: orders[one.instrument] for one in terms if one.instrument in orders}
    for choice in choices:
        for listed in (declared[one] for one in choice.lists if one in declared):
            for order in (under[one] for one in choice.terms if one in under):
                _check_fits(listed, order)


def _check_fits(listed: ListDeclaration, order: Instrument) -> None:
    title, name = BASES[order.basis].title, listed.ref.name
    if order.basis not in listed.bases:
        raise Refused(
            "list-mismatch",
            f"The list {name} is not for this type of order: {title}. Leave the list out, or the condition of that order.",
        )
    if not listed.serves(order):
        raise Refused(
            "list-mismatch",
            f"The list {name} is for no type of offence of this order: {title}. Leave the list out, or the condition of that order.",
        )
