"""Whether somebody would answer an urgent alert of monitoring that is to begin (`core.alerts.answering`)."""

from dataclasses import dataclass

from offmon.core.alerts.answering import Answering
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.rota.queries import GapView
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.deployments.models import Deployment
from offmon.server.deployments.policy import newest_authorised
from offmon.server.detectors import queries as detectors
from offmon.server.reaching.queries import answering_of


@dataclass(frozen=True, slots=True)
class AnsweringView:
    """What is missing, as pages say it: the gaps, and who on the rota could not be reached."""

    gaps: tuple[GapView, ...]
    unreached: tuple[str, ...]


def missing_for(deployment: Deployment) -> Answering:
    """What is missing; nothing where no list of it can raise an urgent alert. Inside the scope that is open."""
    newest = newest_authorised(deployment.id)
    chosen = (newest.chosen or ()) if newest is not None else ()
    if not detectors.raise_urgent({one for choice in chosen for one in choice.lists}):
        return Answering()
    return answering_of(deployment.case, clock.now())


def missing_shown(deployment: Id, *, actor: Actor) -> AnsweringView | None:
    """The same for a page; None where nothing is missing. It is about staff and no case, so it is no consultation."""
    with scope(actor):
        missing = missing_for(Deployment.objects.get(id=deployment))
        if missing.is_sure:
            return None
        teams, names = agencies.team_names(), agencies.names_of({*missing.unreached})
        gaps = tuple(GapView(gap, None if gap.team is None else teams.get(gap.team)) for gap in missing.gaps)
        return AnsweringView(gaps, tuple(sorted(names.get(one, "") for one in missing.unreached)))
