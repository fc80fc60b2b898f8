"""A voluntary agreement: what makes it free, and what it serves (DPA 2018 ss.33(1A), 40A; R-LEG-19, R-LEG-20, R-LEG-21).

Rules
- It is free only if the person was told before, in their language, that saying no costs nothing; if nothing depends on it; if it stands
  on a paper of its own; and if no court or Parole Board declined what is agreed.
- It serves supervision that runs: an order or licence of the same person, or registration. It ends when that ends (`order.cut_by_newer`).
- Who is under 18, or cannot decide alone, has an independent adult beside them.
- It lasts 12 weeks at most (`BasisRule.most_days`). To go on, the person agrees anew, on a new paper.
- Each item is withdrawn by itself, at once, at the device, on the person's page or by word of mouth. No reason is asked.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.kinds import RecordKind, at
from offmon.core.log.verbs import Verb


class Supervision(StrEnum):
    """What an agreement serves."""

    ORDER = "order"
    REGISTRATION = "registration"


class HowAgreed(StrEnum):
    """How the person agreed."""

    SIGNED = "signed"
    SPOKEN = "spoken"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a person agreed, and to what end. Times in ms UTC, days in ISO 8601.

    `told_at`, `told`, `language`: when they were told of it, by which version of the information, in which language. `serves`: the order or
    licence that it serves; None: registration, which runs until `registered_until` (None: without end). `needs_adult`: whether somebody
    independent must be beside them.
    """

    told_at: Ms
    told: str
    language: str
    agreed_at: Ms
    how: HowAgreed
    no_penalty: bool
    unconditional: bool
    separate: bool
    not_declined: bool
    needs_adult: bool
    supervision: Supervision
    serves: Id | None
    registered_until: str | None


class Door(StrEnum):
    """Where the person withdrew: at the device, on their page, or by telling somebody of staff."""

    DEVICE = "device"
    PORTAL = "portal"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That the person withdrew one item that they had agreed to: when, and when the agency learned of it. Times in ms UTC."""

    KIND: ClassVar[str] = "withdrawal"
    RECORD: ClassVar = RecordKind(made={Verb.TERM_WITHDRAWN}, times=(at("known_at", Verb.TERM_WITHDRAWN),))

    id: Id
    term: Id
    withdrawn_at: Ms
    known_at: Ms
    door: Door


def check_agreement(agreement: Agreement | None, witness: str | None, adult: str | None) -> None:
    """Raises Refused unless the agreement is free, told before, witnessed, and serves something."""
    if agreement is None:
        raise Refused("no-agreement", "Record how the person agreed. Without that nothing may be monitored.")
    free = (agreement.no_penalty, agreement.unconditional, agreement.separate, agreement.not_declined)
    if not all(free):
        raise Refused(
            "not-free",
            "An agreement counts only if it is free. Each of the four statements must be true. Otherwise there is no agreement.",
        )
    if not agreement.told.strip() or agreement.told_at > agreement.agreed_at:
        raise Refused("told-after", "The person must be told before they agree. Compare the two times.")
    if not (witness or "").strip():
        raise Refused("no-witness", "Record who was there when the person agreed.")
    if agreement.needs_adult and not (adult or "").strip():
        raise Refused(
            "no-adult",
            "Somebody under 18, or who cannot decide alone, needs an independent adult or advocate. Record who it was.",
        )
    if (agreement.supervision is Supervision.ORDER) != (agreement.serves is not None):
        raise Refused("serves-nothing", "Select the order or licence that the agreement serves, or registration.")
