"""The worker's job that publishes the monthly figure of an agency's alerts (`core.public.alert_figures`)."""

from offmon.core.clock import Period
from offmon.core.public.alert_figures import due, figures, month_after, starts
from offmon.server.audit.figures.queries import log_began
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.oversight.actions import do_publish_figures
from offmon.server.oversight.queries import months_published
from offmon.server.triage.queries.attention import came_of


def publish_figures(actor: Actor) -> bool:
    """Publish the figures of the oldest month that is over for long enough and has none. Whether there was one."""
    at, there = clock.now(), months_published(actor.agency)
    with scope(actor):
        began = log_began()
        left = () if began is None else (one for one in due(began, at) if one not in there)
        month = next(iter(left), None)
        if month is None:
            return False
        came = came_of(Period(starts(month), starts(month_after(month))), at)
    do_publish_figures(actor.agency, figures(month, came))
    return True
