"""How much distressing content someone has opened, and when they are told to take a break.

Rules
- Each reveal counts, whatever it showed. The last hour says whether a break is due; the last day is shown beside it.
- A break is offered, never forced: a risk to somebody may not wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from offmon.core import clock
from offmon.core.ids import Ms

BREAK_AFTER: Final = 10
"""So many reveals within an hour, and a break is offered. A default for an agency to tighten."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """How many disclosures somebody revealed in the last hour and in the last day."""

    hour: int
    day: int

    @property
    def too_much(self) -> bool:
        """Whether a break is due."""
        return self.hour >= BREAK_AFTER


def day_before(now: Ms) -> Ms:
    """Since when reveals count."""
    return Ms(now - clock.DAY_MS)


def exposure(revealed_at: Iterable[Ms], now: Ms) -> Exposure:
    """What somebody who revealed at these instants has been exposed to. Later ones than now count: a clock may lag."""
    ages = [now - at for at in revealed_at]
    return Exposure(sum(age < clock.HOUR_MS for age in ages), sum(age < clock.DAY_MS for age in ages))
