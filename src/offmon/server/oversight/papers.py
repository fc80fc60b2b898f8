"""Who issued a paper that is held, and until when it counts: shown wherever a promise rests on it (issue 3)."""

from collections.abc import Callable
from dataclasses import replace

from offmon.core.assurance import Seen, Standing
from offmon.core.ids import Ms
from offmon.server.agencies import queries as agencies
from offmon.server.base.actor import Service, service
from offmon.server.oversight.queries import held_papers


def look(inside: Callable[[Ms], Seen], at: Ms) -> Seen:
    """The look at a paper, and beside one that is held its issuer and end: of several, the one that lasts longest."""
    found = inside(at)
    if found.standing is not Standing.HOLDS:
        return found
    held = (
        paper
        for agency in agencies.agencies()
        for paper in held_papers(found.control, at, actor=service(Service.ASSURANCE, agency.id))
    )
    return replace(found, paper=max(held, key=lambda paper: paper.until, default=None))
