"""Search on one's own caseload: people, references, orders and exhibits. Each person shown is consulted (R-DPA-15).

Rules
- Names are decrypted for the search and of one's own caseload alone; what was searched for is kept nowhere.
- That somebody sought their own family name is an entry, for professional standards (`core/log/look_ups.py`).
- A word is found wherever it stands, in small letters or capitals. What is found leads to its page.
- An identifier of another record finds its person by the whole of it alone, by its digest (R-ID-10).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.look_ups import is_own_family_name
from offmon.core.person.identifiers import reading
from offmon.server.agencies import queries as agencies
from offmon.server.audit.actions import append, append_each
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.evidence.queries import exhibits_named
from offmon.server.orders.queries import instruments_named
from offmon.server.people import queries as people
from offmon.server.people.queries.entries import with_identifier

MOST: Final = 50
SHORTEST: Final = 2


class Sort(StrEnum):
    """What was found."""

    PERSON = "person"
    ORDER = "order"
    EXHIBIT = "exhibit"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, and whose it is. `said`: its reference, or the person's."""

    sort: Sort
    id: Id
    case: Id
    name: str
    said: str


def search(words: str, *, actor: Actor) -> list[Hit]:
    """What is called so on the actor's caseload: people first, at most `MOST`. Empty where the words are too short to say anything."""
    actor.check(Permission.DEPLOYMENT_READ)
    sought = words.strip().casefold()
    if len(sought) < SHORTEST:
        return []
    with scope(actor):
        if is_own_family_name(words, agencies.names_of({actor.id}).get(actor.id, "")):
            append(actor, Verb.OWN_NAME_SOUGHT, case=None)
        cases = agencies.caseload_of(actor.id, clock.now())
        named = people.names_of(cases)
        identified = with_identifier(reading.sought(words, time.local_day(clock.now())))
        persons = [
            one
            for one in named.values()
            if sought in one.name.casefold() or sought in one.reference.casefold() or one.case in identified
        ]
        hits = [Hit(Sort.PERSON, one.case, one.case, one.name, one.reference) for one in persons]
        hits.sort(key=lambda one: one.name)
        found = [(Sort.ORDER, *one) for one in instruments_named(sought, cases, MOST)]
        if actor.may(Permission.EXHIBIT_READ):
            found += [(Sort.EXHIBIT, *one) for one in exhibits_named(sought, cases, MOST)]
        hits += [Hit(sort, thing, case, named[case].name, said) for sort, thing, case, said in found if case in named]
        append_each(actor, Verb.CASE_CONSULTED, cases={one.case for one in hits[:MOST]})
        return hits[:MOST]
