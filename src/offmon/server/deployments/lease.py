"""How long a lease runs: at most thirty days, no longer than its assessments and policy documents, and to the next review.

Nor past the day on which somebody must confirm again that the event has not come with which an order ends.

Source: design §1.2; R-DPA-3, R-DPA-31, R-LEG-18, R-LEG-23.
"""

from collections.abc import Iterable
from typing import Final

from offmon.core import clock
from offmon.core.authority.assessing import covered_until
from offmon.core.authority.profile import Choice, documented_until
from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.server.orders.end_events.queries import events_until
from offmon.server.orders.queries import assessments

LEASE_MS: Final = 30 * clock.DAY_MS


def lease_end(since: Ms, choices: Iterable[Choice], review: Ms | None) -> Ms:
    """When a lease ends that is asked for at `since`, for what was chosen, whose `review` is due then. Inside the scope that is open.

    It is cut here and not by the signer, who signs what was asked or refuses it: no request is refused for a day that nobody chose.
    """
    chosen = tuple(choices)
    event = events_until({term for choice in chosen for term in choice.terms}, since)
    ends = (
        Ms(since + LEASE_MS),
        event if event is not None and event > since else None,
        documented_until(chosen, since),
        review if review is not None and review > since else None,
    )
    lease = Period(since, min(one for one in ends if one is not None))
    return covered_until(assessments(), {choice.capability for choice in chosen}, lease)
