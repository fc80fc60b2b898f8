"""What happens to orders elsewhere: a licence's number and its feed, and an event with which an order ends."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.base import clock
from offmon.server.base.web.permissions import requires
from offmon.server.evidence.queries import Part
from offmon.server.faces.console import order_words
from offmon.server.faces.console.forms.licences import EventForm, LicenceForm
from offmon.server.faces.console.pages import done, file_of, page, refusals_on, select, staff_of
from offmon.server.orders.end_events.actions import do_confirm_event
from offmon.server.orders.end_events.queries import events_shown
from offmon.server.orders.licences.actions import do_record_licence
from offmon.server.orders.licences.queries import feed_shown


@requires(Permission.INSTRUMENT_RECORD)
def record_licence(request: HttpRequest, case_id: Id, instrument_id: Id) -> HttpResponse:
    """Record the number, so that a status from the feed finds this licence (R-LEG-14)."""
    file = file_of(request, case_id, parts={Part.ORDERS})
    one = select(file.instruments, instrument_id)
    form = LicenceForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_record_licence(one.id, form.entry(), actor=staff_of(request))
            return done(request, "The number of the licence is recorded.", "case-orders", case_id)
    shown = {"instrument": one, "is_licence": order_words.is_licence(one)}
    return page(request, "record-licence.html", file=file, form=form, section="cases", **shown)


@requires(Permission.INSTRUMENT_RECORD)
def confirm_event(request: HttpRequest, case_id: Id, instrument_id: Id) -> HttpResponse:
    """Say that an order ends with an event, which has not come; and again every 28 days (R-LEG-18)."""
    file, actor = file_of(request, case_id, parts={Part.ORDERS}), staff_of(request)
    one = select(file.instruments, instrument_id)
    known = events_shown(case_id, clock.now(), actor=actor).get(one.id)
    form = EventForm(request.POST or None, initial={} if known is None else {"event": known.event.value})
    if form.is_valid():
        with refusals_on(form):
            do_confirm_event(one.id, form.answer(), actor=actor)
            said = "Recorded. We ask you again in three weeks. Monitoring stops if nobody confirms within 29 days."
            return done(request, said, "case-orders", case_id)
    return page(request, "confirm-event.html", file=file, form=form, section="cases", instrument=one, known=known)


@requires(Permission.STAFF_MANAGE)
def licence_feed(request: HttpRequest) -> HttpResponse:
    """When the feed last brought something, and what of it was refused. It names no person."""
    return page(request, "licence-feed.html", feed=feed_shown(actor=staff_of(request)), section="staff")
