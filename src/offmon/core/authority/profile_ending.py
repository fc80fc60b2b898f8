"""Whether a grant of a profile has ended with its orders.

Rule: **collection stops with its order.** A grant whose terms in force no longer rest on any order ends with the next profile. Where that
is not possible, the next profile grants nothing.
"""

from collections.abc import Iterable

from offmon.core.authority.order import Instrument, Term, as_confirmed_at, as_known_at, cut_by_newer, live_period
from offmon.core.authority.profile import Grant
from offmon.core.ids import Ms


def has_ended(grant: Grant, instruments: Iterable[Instrument], terms: Iterable[Term], at: Ms, known_at: Ms) -> bool:
    """Whether none of the terms by which the grant lets something be collected at `at` is in force then, by what was known at `known_at`.

    An end counts from when it was known, and a newer order from when a term of it was confirmed (SA20 s.349): of all orders of the case.
    A grant that lets nothing be collected at `at` has nothing to end.
    """
    then = [as_confirmed_at(term, known_at) for term in terms]
    known = {one.id: one for one in cut_by_newer([as_known_at(one, known_at) for one in instruments], then)}
    resting = set(grant.terms_at(at))
    periods = (live_period(known[t.instrument], t) for t in then if t.id in resting and t.instrument in known)
    return bool(resting) and not any(period is not None and at in period for period in periods)
