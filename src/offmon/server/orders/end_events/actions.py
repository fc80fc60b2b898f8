"""The write: an order ends with an event, which has not come."""

from offmon.core.access.roles import Permission
from offmon.core.authority.end_event import EndEvent
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from offmon.server.orders.models import EventCheck, InstrumentRow


@action
def do_confirm_event(instrument: Id, event: EndEvent, *, actor: Actor) -> None:
    """Say that an order ends with that event, and that it has not come. From the first time on somebody must say it every 28 days.

    Raises Refused (`already-ended`).
    """
    actor.check(Permission.INSTRUMENT_RECORD)
    order, now = InstrumentRow.objects.get(id=instrument), clock.now()
    if order.ended_at is not None and order.ended_at <= now:
        raise Refused("already-ended", "Its end is recorded already. There is nothing to confirm.")
    row = EventCheck(
        agency=actor.agency, case=order.case, instrument=order, event=event, confirmed_by=actor.id, confirmed_at=now
    )
    row.save(force_insert=True)
    append(actor, Verb.EVENT_CONFIRMED, case=row.case, touched=(row,))
