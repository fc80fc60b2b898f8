"""Who issued a paper that is held, and until when it counts: shown wherever a promise rests on it (issue 3)."""

from collections.abc import Callable
from dataclasses import replace

from offmon.core.assurance import Control, HeldPaper, Seen, Standing
from offmon.core.ids import Ms
from offmon.server.agencies import queries as agencies
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.scope import scope
from offmon.server.oversight.models import Attestation


def look(inside: Callable[[Ms], Seen], at: Ms) -> Seen:
    """The look at a paper, and beside one that is held its issuer and end: of several, the one that lasts longest."""
    found = inside(at)
    if found.standing is not Standing.HOLDS:
        return found
    held = (
        paper
        for agency in agencies.agencies()
        for paper in _held_by(service(Service.ASSURANCE, agency.id), found.control, at)
    )
    return replace(found, paper=max(held, key=lambda paper: paper.until, default=None))


def _held_by(actor: Actor, control: Control, at: Ms) -> list[HeldPaper]:
    with scope(actor):
        rows = Attestation.objects.filter(control=control, withdrawn_at=None, since__lte=at, until__gt=at)
        return [HeldPaper(issuer, until) for issuer, until in rows.values_list("issuer", "until")]
