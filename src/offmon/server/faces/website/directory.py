"""Whom to contact about a person: national numbers, and this installation's agencies, each with the day it was checked.

Rules
- A person checks a national number, and then changes the day here (R-WEB-2).
- An agency states its own contact, and its administrator records the day they checked it. Until the log says so, the entry says that nobody
  did. The control `directory` (oversight/site.py) requires a day within a year for every entry.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from offmon.core import clock as time
from offmon.core.ids import Ms
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.queries import AgencyView
from offmon.server.reaching.queries import public_standing
from offmon.words.agency_text import Parts, theirs
from offmon.words.catalogue import Language, translate

CHECKED_ON: Final = date(2026, 11, 25)
EVERYWHERE: Final = (("fire", "999"), ("police", "101"))


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """Whom to ask, how they are reached, and when somebody last checked that. In pieces: what an agency wrote is in English.

    `messages`: whether messages reach its staff out of hours, `working`, `failing` or `none`; None where that is nobody's to say.
    """

    name: Parts
    contact: Parts
    checked_on: date | None
    messages: str | None


def entries(language: Language) -> list[DirectoryEntry]:
    """Every entry, those that work everywhere first."""
    everywhere = [
        DirectoryEntry(
            ((translate(language, f"site.contact.directory.{who}"), language),), ((number, language),), CHECKED_ON, None
        )
        for who, number in EVERYWHERE
    ]
    return [*everywhere, *map(_here, agencies.agencies())]


def _here(agency: AgencyView) -> DirectoryEntry:
    checked_on = _day(agencies.contact_checked_at(agency.id))
    return DirectoryEntry(theirs(agency.name), theirs(agency.contact), checked_on, public_standing(agency.id))


def _day(at: Ms | None) -> date | None:
    return None if at is None else time.local_day(at)
