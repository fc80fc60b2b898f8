"""What staff write of a supervised person beside the order: who they are and how to reach them, and notes (DPA 2018 s.38).

Rules
- A note is a fact or an opinion, and says which: data based on facts is kept apart from a personal assessment (s.38(2)).
- Each says where it is from. Nothing is changed: what is recorded anew stands before what was recorded earlier.
- An assessed level has the day on which it was assessed, so that nobody takes an old one for a new one.
"""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Final, Self

from offmon.core.errors import Refused
from offmon.core.formats.canon import Json

MOST_WORDS: Final = 4_000


class NoteKind(StrEnum):
    """What a note is."""

    FACT = "fact"
    OPINION = "opinion"


class Risk(StrEnum):
    """A level of risk of serious harm, as probation assesses it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """Who the person is, and how things stand. Days are as an agency writes them, `2026-06-09`; empty where nothing is recorded."""

    born_on: str = ""
    safe_contact: str = ""
    risk: str = ""
    risk_on: str = ""
    mappa: str = ""
    mappa_on: str = ""
    next_visit_on: str = ""

    def to_doc(self) -> Json:
        """Each field by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def of(cls, doc: Json) -> Self:
        """What `to_doc` gave; a field that it did not have is empty."""
        kept = doc if isinstance(doc, dict) else {}
        return cls(**{one.name: str(kept.get(one.name, "")) for one in fields(cls)})


def check_details(details: PersonDetails, today: date) -> None:
    """Raises Refused where a level has no day, or a day no level; or where a day that is past lies ahead."""
    for level, on, called in (
        (details.risk, details.risk_on, "risk level"),
        (details.mappa, details.mappa_on, "MAPPA level"),
    ):
        if bool(level) != bool(on):
            raise Refused("level-and-day", f"Record the {called} together with the day on which it was set.")
    past = (details.born_on, details.risk_on, details.mappa_on)
    if any(on and date.fromisoformat(on) > today for on in past):
        raise Refused("day-ahead", "A date of birth or of an assessment cannot be in the future.")


def check_note(text: str, source: str) -> None:
    """Raises Refused where a note says nothing, or not where it is from."""
    if not text.strip() or not source.strip():
        raise Refused("note-empty", "Enter the note, and where it is from.")
