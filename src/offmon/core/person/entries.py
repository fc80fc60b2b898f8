"""What is recorded of a person in many entries over time: MAPPA, other orders and duties, identifiers and devices (R-ID-9, R-LEG-22).

Rules
- An entry is never changed. It is marked as superseded or wrong, with the reason, and the newest mark counts.
- A wrong identifier finds nobody. A superseded one still does: it was theirs.
- What another order or duty demands allows no monitoring (`core.authority.no_basis`). It is context alone.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from offmon.core.authority.no_basis import NO_BASIS, NoBasis
from offmon.core.errors import Refused
from offmon.core.formats.canon import Json

DUTIES: Final = tuple(one for one in NO_BASIS if one is not NoBasis.MAPPA)
"""The kinds of duty to choose from. MAPPA has a history of its own (`core.person.mappa`)."""


class EntrySort(StrEnum):
    """What an entry is about."""

    MAPPA = "mappa"
    DUTY = "duty"
    IDENTIFIER = "identifier"
    DEVICE = "device"


class Standing(StrEnum):
    """Whether an entry counts."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Duty:
    """An order or duty that allows no monitoring. Days as an agency writes them; `until` is empty where it has no last day."""

    kind: str
    reference: str
    since: str
    until: str = ""

    def to_doc(self) -> dict[str, Json]:
        """Each field by name."""
        return {"kind": self.kind, "reference": self.reference, "since": self.since, "until": self.until}


def check_duty(duty: Duty) -> None:
    """Raises Refused for a kind that is none of these, without a reference, and for days the wrong way round."""
    if duty.kind not in DUTIES:
        raise Refused("duty-unknown", "Select the order or duty from those offered.")
    if not duty.reference.strip():
        raise Refused("duty-reference", "Enter the reference of the order or duty, or where it is recorded.")
    if duty.until and date.fromisoformat(duty.until) < date.fromisoformat(duty.since):
        raise Refused("dates-turned", "The last day cannot be before the first day. Correct one of them.")


def check_mark(now: Standing, given: Standing, why: str) -> None:
    """Raises Refused for a mark that says nothing new, or not why."""
    if given is now:
        raise Refused("standing-same", "The entry is marked so already. Select another answer, or leave it.")
    if not why.strip():
        raise Refused("reason-empty", "Enter the reason.")
