"""MAPPA arrangements of a person as a dated history (R-LEG-22; CJA 2003 ss.325-327B).

Rules
- Each entry is of one meeting or review. The newest that nobody marked as wrong counts.
- A level is context. It widens nothing: no rule of what is collected reads it.
- A changed level asks people to review the monitoring, until they authorise it anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from offmon.core.errors import Refused
from offmon.core.formats.canon import Json
from offmon.core.ids import Ms

CATEGORIES: Final = ("1", "2", "3", "4")
LEVELS: Final = ("1", "2", "3")


class LeadAgency(StrEnum):
    """Who leads the arrangements."""

    POLICE = "police"
    PROBATION = "probation"
    YOUTH = "youth"
    HEALTH = "health"


LEAD_AGENCIES: Final[Mapping[LeadAgency, str]] = {
    LeadAgency.POLICE: "Police",
    LeadAgency.PROBATION: "Probation",
    LeadAgency.YOUTH: "Youth justice service",
    LeadAgency.HEALTH: "Mental health service",
}


@dataclass(frozen=True, slots=True)
class Mappa:
    """What one meeting or review decided. `met_on` as an agency writes a day, `2026-06-09`."""

    category: str
    level: str
    lead: str
    met_on: str

    def to_doc(self) -> dict[str, Json]:
        """Each field by name."""
        return {"category": self.category, "level": self.level, "lead": self.lead, "met_on": self.met_on}


def check_mappa(entry: Mappa, today: date) -> None:
    """Raises Refused for a category, level or agency that there is not, and for a meeting that lies ahead."""
    if entry.category not in CATEGORIES or entry.level not in LEVELS or entry.lead not in LEAD_AGENCIES:
        raise Refused("mappa-unknown", "Select the category, the level and the lead agency from those offered.")
    if date.fromisoformat(entry.met_on) > today:
        raise Refused("day-ahead", "The meeting or review cannot be in the future. Record it when it has been held.")


def level_change(history: Sequence[tuple[Mappa, Ms]], authorised_at: Ms) -> tuple[str, str] | None:
    """From which level to which it changed since the monitoring was authorised; None where it did not.

    `history`: each entry and when it was recorded, the newest meeting first. Where none was recorded before the authorisation, the oldest
    meeting is what it is compared with.
    """
    if not history:
        return None
    known = [entry for entry, recorded_at in history if recorded_at <= authorised_at]
    then, now = (known[0] if known else history[-1][0]).level, history[0][0].level
    return None if then == now else (then, now)
