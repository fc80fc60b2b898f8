"""On call: who is on, when nobody is, and the shifts. And that somebody has an alert which came to them."""

from django.http import HttpRequest, HttpResponse

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.alerts.rota import week_of
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.rota import queries as rota
from offmon.server.agencies.rota.actions import do_copy_week, do_end_shift, do_set_shift
from offmon.server.agencies.times.queries import times_now
from offmon.server.base import clock
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.rota import ShiftForm
from offmon.server.faces.console.pages import done, or_404, page, refusals_on, staff_of
from offmon.server.reaching.queries import reached_staff
from offmon.server.triage import queries as triage
from offmon.server.triage.actions.passing_on import do_acknowledge
from offmon.server.triage.queries.passing import passed_to


@requires(Permission.ROTA_READ)
def on_call(request: HttpRequest) -> HttpResponse:
    """Who is on call now and next, when nobody is, this week and the next; and the contacts that notices give."""
    return _rota_page(request, NoFields())


def _rota_page(request: HttpRequest, form: NoFields) -> HttpResponse:
    actor = staff_of(request)
    shown = {"rota": rota.the_rota(actor=actor), "agency": agencies.agency(actor.lead), "form": form}
    shown |= {
        "checked_at": agencies.contact_checked_at(actor.lead),
        "reached": reached_staff(actor=actor),
        "now": clock.now(),
    }
    return page(request, "on-call.html", section="on-call", **shown)


@requires(Permission.ROTA_KEEP)
def set_shift(request: HttpRequest) -> HttpResponse:
    """Put somebody on call for a time."""
    actor = staff_of(request)
    choices = {"people": rota.could_be_on(actor=actor), "teams": rota.teams_kept(actor)}
    initial = ShiftForm.initially(clock.now(), times_now(actor).office)
    form = ShiftForm(request.POST or None, initial=initial, whole=rota.keeps_all(actor), **choices)  # type: ignore[arg-type]
    if form.is_valid():
        with refusals_on(form):
            new = form.shift()
            do_set_shift(new, actor=actor)
            name = agencies.names_of({new.staff})[new.staff]
            return done(request, f"{name} is on the rota.", "on-call")
    return page(request, "set-shift.html", form=form, section="on-call")


@requires(Permission.ROTA_KEEP)
def end_shift(request: HttpRequest, shift_id: Id) -> HttpResponse:
    """End a shift now, or take back one that has not begun: shown once more first, since it cannot be undone."""
    actor = staff_of(request)
    one = or_404(rota.a_shift(shift_id, actor=actor))
    form = NoFields(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_end_shift(shift_id, actor=actor)
            return done(request, f"{one.name} is off the rota for that shift.", "on-call")
    return page(request, "end-shift.html", form=form, one=one, section="on-call")


@requires(Permission.ROTA_KEEP)
def copy_week(request: HttpRequest) -> HttpResponse:
    """Copy this week to the next, in one press."""
    form = NoFields(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            monday = time.local_day(week_of(time.local_day(clock.now())).since)
            copied, left = do_copy_week(monday, actor=staff_of(request))
            said = f"{copied} {'shift was' if copied == 1 else 'shifts were'} copied to next week."
            also = f" {left} {'was' if left == 1 else 'were'} not: the time is taken, or the account cannot be on call."
            return done(request, said + (also if left else ""), "on-call")
    return _rota_page(request, form)


@requires(Permission.ALERT_ACKNOWLEDGE)
def acknowledge(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """Say that one has an alert. Whoever may not see its case sees its reference and gravity here."""
    actor = staff_of(request)
    mine = next((one for one in passed_to(actor=actor) if one.alert == alert_id), None)
    row = None
    if mine is None:
        row = or_404(triage.alert_in_part(alert_id, actor=actor) if actor.may(Permission.ALERT_READ) else None).row
    form = NoFields(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_acknowledge(alert_id, actor=actor)
            said = "You have acknowledged it. It stays with you until it is decided, or its time is over."
            return done(request, said, "alert", alert_id) if mine is None else done(request, said, "home")
    return page(request, "acknowledge.html", form=form, one=mine, row=row, section="start")
