"""An alert comes to a duty inspector on call, as the worker passes it on: for tests of what they do then."""

from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.rota import Shift, Tier
from offmon.core.clock import DAY_MS, MINUTE_MS
from offmon.core.ids import Id, Ms
from offmon.server.agencies.rota.actions import do_set_shift
from offmon.server.base.actor import Actor
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import insert, superuser


def comes_to(story: Story, alert: Id, inspector: Actor, *, admin: Actor) -> None:
    """The inspector is on call from now on, and has the alert. As the console runs."""
    at = now()
    do_set_shift(Shift(None, Tier.INSPECTOR, inspector.id, at, Ms(at + DAY_MS)), actor=admin)
    row: dict[str, object] = {
        "id": alert,
        "agency": story.agency,
        "case": story.case,
        "salt": b"1" * 32,
        "alert_id": alert,
    }
    row |= {"to": Holder.DUTY_INSPECTOR.value, "staff": inspector.id, "since": at - MINUTE_MS, "at": at}
    with superuser(story) as hand:
        insert(hand, "triage_handover", row)
