"""The newest confirmation of each order that ends with an event. Inside the open scope."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from offmon.core.access.roles import Permission
from offmon.core.authority.end_event import GRACE_MS, EndEvent, check_confirmed_event, confirm_by
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.attribution import ASKED, check_act
from offmon.core.log.audit import Verb
from offmon.core.log.provenance import WITHIN_MS
from offmon.server.audit.queries import said_of
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.orders.licences.queries import in_force, instruments_of
from offmon.server.orders.models import EventCheck, InstrumentRow


@dataclass(frozen=True, slots=True)
class EventView:
    """An order that ends with an event: when that was last confirmed not to have come, and until when that counts. Times in ms UTC."""

    case: Id
    instrument: Id
    event: EndEvent
    confirmed_at: Ms
    until: Ms


def check_events_confirmed(terms: Collection[Id], lease: Period) -> None:
    """Raises Refused (`event-unconfirmed`) where the lease would outlast what somebody confirmed of an order of these terms (R-LEG-18).

    For the signer: each newest confirmation must be an act in the log, of a person who may, at that time. Raises as `check_act` does.
    """
    newest = _newest(instruments_of(terms), lease.since)
    for row in newest:
        said = check_act(said_of(row.case, ASKED), Verb.EVENT_CONFIRMED, row.touched(), row.confirmed_by, final=True)
        if abs(said.at - row.confirmed_at) > WITHIN_MS:
            raise Refused("time-differs", "By the log an event was confirmed at another time than its record says.")
    check_confirmed_event((row.confirmed_at for row in newest), lease)


def events_until(terms: Collection[Id], at: Ms) -> Ms | None:
    """From when no permission counts that rests on these terms, because nobody confirmed an event; None where none ends with one."""
    return confirm_by(row.confirmed_at for row in _newest(instruments_of(terms), at))


def events_of(cases: Collection[Id], at: Ms) -> list[EventView]:
    """The orders of these cases that end with an event, and have not ended by `at`; the soonest first. The caller's query consults."""
    orders = InstrumentRow.objects.filter(case__among=cases).values_list("id", flat=True)
    views = [
        EventView(row.case, row.instrument_id, row.event, row.confirmed_at, Ms(row.confirmed_at + GRACE_MS))
        for row in _newest(orders, at)
    ]
    return sorted(views, key=lambda one: (one.until, one.instrument))


def events_shown(case: Id, at: Ms, *, actor: Actor) -> dict[Id, EventView]:
    """The same of one case, by the orders; the page's query of the case writes the consultation."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        return {one.instrument: one for one in events_of([case], at)}


def _newest(instruments: Iterable[Id], at: Ms) -> list[EventCheck]:
    rows = EventCheck.objects.filter(instrument_id__in=in_force(set(instruments), at))
    return list({row.instrument_id: row for row in rows.order_by("confirmed_at", "id")}.values())
