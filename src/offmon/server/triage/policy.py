"""When an alert may be opened, decided, or passed on, beyond what the role may do at all."""

from typing import Final

from offmon.core import clock
from offmon.core.errors import OffmonError, Refused
from offmon.core.event import Gravity
from offmon.core.ids import Ms
from offmon.core.roles import Permission
from offmon.core.states import ALERT, AlertState, check_move
from offmon.server.base.actor import Actor
from offmon.server.triage.models import Alert

# How soon someone must have looked. Defaults for an agency to tighten.
RESPONSE_MS: Final[dict[Gravity, int]] = {
    Gravity.URGENT: clock.HOUR_MS,
    Gravity.HIGH: clock.DAY_MS,
    Gravity.STANDARD: 7 * clock.DAY_MS,
}
GRAVEST: Final = (Gravity.URGENT, Gravity.HIGH, Gravity.STANDARD)


def due(gravity: Gravity, since: Ms) -> Ms:
    """By when someone must have looked at an alert of that gravity, opened then."""
    return Ms(since + RESPONSE_MS[gravity])


def graver(one: Gravity, other: Gravity) -> Gravity:
    """The graver of two."""
    return min(one, other, key=GRAVEST.index)


def check_decide(actor: Actor, alert: Alert, reason: str) -> None:
    """Raises Refused unless the actor may decide this alert now, with a reason (R-AI-5, R-DPA-29)."""
    actor.check(Permission.ALERT_DECIDE)
    check_move(ALERT, alert.state, AlertState.DECIDED)
    if not reason.strip():
        raise Refused("no-reason", "Say in your own words why you decided so.")


def may_decide(actor: Actor, alert: Alert) -> bool:
    """Whether the actor could decide this alert, given a reason."""
    try:
        check_decide(actor, alert, "given")
    except OffmonError:
        return False
    return True
