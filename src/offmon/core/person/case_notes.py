"""Notes that staff write of a supervised person (DPA 2018 s.38). Who the person is: `details`.

Rules
- A note is a fact or an opinion, and says which: data based on facts is kept apart from a personal assessment (s.38(2)).
- Each says where it is from. Nothing is changed: a newer note stands before an earlier one.
"""

from enum import StrEnum

from offmon.core.errors import Refused


class NoteKind(StrEnum):
    """What a note is."""

    FACT = "fact"
    OPINION = "opinion"


def check_note(text: str, source: str) -> None:
    """Raises Refused where a note says nothing, or not where it is from."""
    if not text.strip() or not source.strip():
        raise Refused("note-empty", "Enter the note, and where it is from.")
