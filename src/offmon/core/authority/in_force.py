"""Which orders and conditions of a person are over at an instant, whether or not anybody recorded that. For who chooses among them.

Rules
- Over is what ended, what a newer order ended by law, and of an agreement what it serves no more (`order.cut_by_newer`).
- A condition that begins later is not over: it may be drafted now.
- Whoever drafts or authorises chooses nothing that is over. The signer would grant nothing of it, and the notice would promise it.
- Nobody enrols a device, or goes on with a visit, unless an authorised condition is in force now (R-LEG-5, R-LEG-20, R-LEG-32).
"""

from collections.abc import Collection

from offmon.core.authority.order import Instrument, Term, cut_by_newer, live_period
from offmon.core.authority.profile import Choice
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms


def in_force(instruments: Collection[Instrument], terms: Collection[Term], at: Ms) -> tuple[Instrument, ...]:
    """The orders, licences and agreements that are not over, as they were recorded."""
    cut = {one.id: one.ended_at for one in cut_by_newer(instruments, terms)}
    return tuple(one for one in instruments if (ended := cut[one.id]) is None or ended > at)


def over(instruments: Collection[Instrument], terms: Collection[Term], at: Ms) -> frozenset[Id]:
    """The confirmed conditions that are over."""
    cut = {one.id: one for one in cut_by_newer(instruments, terms)}
    confirmed = [one for one in terms if one.confirmed_by is not None and one.instrument in cut]
    periods = {one.id: live_period(cut[one.instrument], one) for one in confirmed}
    return frozenset(
        term for term, period in periods.items() if period is None or (period.until is not None and period.until <= at)
    )


def check_some_in_force(
    choices: Collection[Choice],
    instruments: Collection[Instrument],
    terms: Collection[Term],
    withdrawn: Collection[Id],
    at: Ms,
) -> None:
    """Raises Refused unless an authorised condition is in force at `at`. `withdrawn`: the conditions that the person withdrew.

    Raises Refused `person-stopped` where the person withdrew each of them, otherwise `none-in-force`. Without a condition there is no
    authority to install (CMA 1990 s.17(5)).
    """
    cut = {one.id: one for one in cut_by_newer(instruments, terms)}
    chosen = {term for choice in choices for term in choice.terms}
    asked = [one for one in terms if one.id in chosen and one.instrument in cut]
    periods = [live_period(cut[one.instrument], one) for one in asked]
    if any(period is not None and at in period for period in periods):
        return
    if asked and all(one.id in withdrawn for one in asked):
        raise Refused("person-stopped", "The person stopped this. Do not install. Record the end.")
    raise Refused(
        "none-in-force",
        "No authorised condition is in force. Do not install. Record the end, or draft a new authorisation.",
    )


def check_none_over(
    choices: Collection[Choice], instruments: Collection[Instrument], terms: Collection[Term], at: Ms
) -> None:
    """Raises Refused (`term-over`) where a chosen condition is over."""
    gone = over(instruments, terms, at)
    if any(term in gone for choice in choices for term in choice.terms):
        raise Refused(
            "term-over",
            "A chosen condition is in force no more: its order ended, or a newer one took its place. Choose from the newer one.",
        )
