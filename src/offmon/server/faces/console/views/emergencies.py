"""One alert that a duty inspector opens in an emergency, for an hour; and a supervisor's review of that."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.ids import Id
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.emergencies import OpenInEmergencyForm, ReviewEmergencyForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, staff_of
from offmon.server.faces.console.stepping_up import shows_factor
from offmon.server.triage.emergencies import queries
from offmon.server.triage.emergencies.actions import do_open_in_emergency, do_review_emergency
from offmon.server.triage.queries.passing import passed_to


@requires(Permission.EMERGENCY_OPEN)
@shows_factor(Act.EMERGENCY)
def open_in_emergency(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """Say why, and open one alert that was passed to the inspector."""
    actor = staff_of(request)
    mine = or_404(next((one for one in passed_to(actor=actor) if one.alert == alert_id), None))
    form = OpenInEmergencyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_open_in_emergency(alert_id, form.cleaned_data["reason"], actor=actor)
            return redirect("opened-alert", alert_id)
    return page(request, "open-in-emergency.html", form=form, one=mine, section="start")


@requires(Permission.EMERGENCY_OPEN)
def opened_alert(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """The alert, while it is open; otherwise on to where it is opened, or to nothing."""
    actor = staff_of(request)
    shown = queries.opened_alert(alert_id, actor=actor)
    mine = next((one for one in passed_to(actor=actor) if one.alert == alert_id), None)
    if shown is None:
        or_404(mine)
        if any(one.alert == alert_id for one in queries.own_openings(actor=actor)):
            messages.warning(
                request, "Its hour is over, so the alert is shut again. To open it again, give a new reason."
            )
        return redirect("open-in-emergency", alert_id)
    return page(request, "opened-alert.html", alert=shown, one=mine, section="start")


@requires(Permission.EMERGENCY_REVIEW)
def emergency(request: HttpRequest, case_id: Id, opening_id: Id) -> HttpResponse:
    """Who opened which alert, until when and why. A supervisor of the case says once whether it was justified."""
    file, actor = file_of(request, case_id, parts=()), staff_of(request)
    one = or_404(queries.opening(case_id, opening_id, actor=actor))
    form = ReviewEmergencyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_review_emergency(opening_id, form.said(), actor=actor)
            return done(request, "Your review is recorded.", "home")
    return page(request, "emergency.html", form=form, file=file, one=one, section="start")
