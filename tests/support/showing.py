"""A step-up without a factor: writes the row of a person who entered an app's code, without the code."""

from offmon.core.access.step_up import Factor
from offmon.core.log.audit import Verb
from offmon.server.agencies.authentication.actions import show
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action


@action
def do_show(*, actor: Actor) -> None:
    """The actor showed an app's code, now and in their session."""
    append(actor, Verb.FACTOR_SHOWN, case=None, touched=(show(Factor.APP, actor),))
