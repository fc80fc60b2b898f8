"""Which decisions a supervisor looks at again, and what a second look says (R-AI-5).

Rules
- A second look is blind. Whoever looks decided nothing of the alert and has not opened it since it was decided. The first decision is shown
  to them after their own.
- Chance draws, among what was decided of late. Nobody chooses the decisions that they look at.
- It changes no decision. Both stand beside each other; who finds the first one wrong corrects it, with a reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.records import DecisionOutcome, SecondLookRecord

MOST: Final = 5
LATELY_MS: Final = 28 * clock.DAY_MS
NOT_DRAWN: Final = ("not-drawn", "This second look was drawn for somebody else. Draw decisions of your own.")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that counts: who made it and when. `seen_at`: when who would look again opened its alert last."""

    id: Id
    decided_by: Id
    decided_at: Ms
    seen_at: Ms | None


def drawable(decisions: Iterable[Decided], by: Id, now: Ms) -> list[Id]:
    """The decisions of which chance may give `by` some, in the order of their ids."""
    return sorted(one.id for one in decisions if _is_drawable(one, by, now))


def _is_drawable(one: Decided, by: Id, now: Ms) -> bool:
    blind = one.decided_by != by and (one.seen_at is None or one.seen_at < one.decided_at)
    return blind and now - one.decided_at <= LATELY_MS


def check_look(look: SecondLookRecord, by: Id, reason: str) -> None:
    """Raises Refused unless this person may say now what they find: it was drawn for them, once, with a reason."""
    if look.drawn_by != by:
        raise Refused(*NOT_DRAWN)
    if look.looked_at is not None:
        raise Refused("looked-already", "You recorded this second look already. Both decisions are shown now.")
    if not reason.strip():
        raise Refused("no-reason", "Enter your reason in your own words.")


def agrees(first: DecisionOutcome, second: DecisionOutcome) -> bool:
    """Whether two people came to the same outcome."""
    return first is second
