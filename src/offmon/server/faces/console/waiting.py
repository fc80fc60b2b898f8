"""How much waits for a person at each agency on whose cases they work: counts for the menu and the first page.

Staff of a party agency sign in to their own agency's cases. Without these counts they would miss a breach in another agency's name.

Rules
- Each agency is asked in a scope of its own, as the person's actor there: row-level security counts only their caseload and desk.
- A count names no case and no person, so it is no consultation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.agencies.queries import AgencyView, Workplace
from offmon.server.audit import queries as log
from offmon.server.base.actor import Actor
from offmon.server.start_page import menu
from offmon.server.triage.queries import Waiting

NOTHING: Final = Waiting(0, 0)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An agency on whose cases somebody works and is not at now, and what waits there. `own`: it is the one that they belong to.

    `took_over`: on the cases that their agency took over from it.
    """

    agency: AgencyView
    own: bool
    waits: Waiting
    took_over: bool = False


def here(actor: Actor | None) -> Waiting:
    """What waits where the actor works now."""
    if actor is None:
        return NOTHING
    return menu.waiting(actor=actor)


def mismatches(actor: Actor | None) -> int:
    """How many records of the agency do not agree with the log now, for who protects data."""
    if actor is None or not actor.may(Permission.AUDIT_READ):
        return 0
    return sum(one.stand or 0 for one in log.mismatches(actor=actor))


def elsewhere(actor: Actor, known: Mapping[Id, AgencyView], hosts: Iterable[Workplace]) -> list[Elsewhere]:
    """What waits at the other agencies: one's own first, then by name; without those where nothing does. `hosts`: where else they work.

    `known`: their own agency at least.
    """
    home = actor.home or actor.agency
    own = [Workplace(known[home])] if home != actor.agency else []
    others = [*own, *(one for one in hosts if (one.agency.id, one.took_over) != (actor.agency, actor.took_over))]
    found = (Elsewhere(one.agency, one.agency.id == home, here(at(actor, one)), one.took_over) for one in others)
    return [one for one in found if one.waits != NOTHING]


def at(actor: Actor, place: Workplace) -> Actor:
    """The actor that the same person is on the cases there."""
    return replace(actor, agency=place.agency.id, home=actor.home or actor.agency, took_over=place.took_over)
