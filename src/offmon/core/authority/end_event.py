"""An order or licence that ends with an event, whose day nobody knows yet (R-LEG-18; Sentencing Act 2026 ss.38-39).

Rules
- Whoever records such an order says which event it is. From then on a person confirms, at most every `CONFIRM_MS`, that it has not come.
- No permission outlasts `GRACE_MS` after the newest confirmation. Past it the signer signs none, and a device collects nothing; it still
  tells that it runs. This is the same as past a review (`review`).
- Once the event has come, the end is recorded as any other.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.ids import Ms

CONFIRM_MS: Final = 28 * clock.DAY_MS
GRACE_MS: Final = 29 * clock.DAY_MS


class EndEvent(StrEnum):
    """With what an order or licence ends."""

    RELEASE = "release"
    REQUIREMENTS = "requirements"
    DETERMINATION = "determination"


def confirm_by(confirmed: Iterable[Ms]) -> Ms | None:
    """From when no permission counts, of orders whose newest confirmations are these; None where there are none."""
    return min((Ms(at + GRACE_MS) for at in confirmed), default=None)


def check_confirmed_event(confirmed: Iterable[Ms], lease: clock.Period) -> None:
    """Raises Refused (`event-unconfirmed`) where the lease would outlast the confirmation that the event has not come."""
    until = confirm_by(confirmed)
    if until is not None and (lease.until is None or lease.until > until):
        raise Refused(
            "event-unconfirmed",
            "An order ends with an event. An officer must confirm that it has not come. Then request a new profile.",
        )
