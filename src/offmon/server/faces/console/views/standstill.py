"""Monitoring is reviewed, suspended, taken up again, or ended: why, and what follows, shown before it is recorded."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from offmon.core.access.roles import Permission
from offmon.core.authority.in_force import in_force
from offmon.core.authority.review import ReviewOutcome
from offmon.core.ids import Id
from offmon.core.states import DeploymentState
from offmon.server.base import clock
from offmon.server.base.web.answers import FormStep
from offmon.server.base.web.permissions import requires
from offmon.server.deployments import actions
from offmon.server.evidence.queries import WHOLE
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.monitoring import PutOffForm, ReviewForm
from offmon.server.faces.console.forms.standstill import ResumeForm, StopForm
from offmon.server.faces.console.pages import (
    CheckPage,
    check_page,
    done,
    file_of,
    or_404,
    page,
    refusals_on,
    staff_of,
    step_for,
)
from offmon.server.faces.console.reviewed import since_last
from offmon.server.faces.console.views.ending import ask_anew
from offmon.server.triage.queries.of_case import case_alerts

ENDING = CheckPage(
    "Check your answers before you end the monitoring",
    "Monitoring that has ended stays ended. To monitor again, draft a new authorisation and serve a new notice.",
    "End the monitoring",
)


@requires(Permission.DEPLOYMENT_AUTHORISE)
def review(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Somebody who may authorise looks at the monitoring again, so that it goes on (R-LEG-23)."""
    file = file_of(request, case_id, parts=WHOLE)
    newest = or_404(or_404(file.monitoring).in_force)
    form = ReviewForm(request.POST or None)
    if form.is_valid():
        given, due = form.cleaned_data, form.due(clock.now())
        with refusals_on(form):
            outcome = ReviewOutcome(given["outcome"])
            actions.do_review(newest.id, outcome, given["reasons"], due, actor=staff_of(request))
            ends = "An officer of the case must end the monitoring. It is on their start page."
            said = ends if outcome is ReviewOutcome.END else f"The next one is due on {words.day(due)}."
            return done(request, f"The review is recorded. {said}", "case-monitoring", case_id)
    alerts = case_alerts(case_id, actor=staff_of(request))
    live = in_force(file.instruments, file.terms, clock.now())
    last = or_404(file.monitoring).review
    since = (last and last.looked_at) or or_404(newest.authorised_at)
    came = since_last(newest, case_id, since, actor=staff_of(request))
    shown = {"newest": newest, "alerts": alerts, "live": live, "form": form, "section": "cases", "came": came}
    return page(request, "review-monitoring.html", file=file, **shown)


@requires(Permission.REVIEW_PUT_OFF)
def put_off(request: HttpRequest, case_id: Id) -> HttpResponse:
    """A supervisor puts the review off once, so that monitoring does not stop for want of a few days (R-LEG-23)."""
    file = file_of(request, case_id)
    newest = or_404(or_404(file.monitoring).in_force)
    form = PutOffForm(request.POST or None)
    if form.is_valid():
        due = form.due(clock.now())
        with refusals_on(form):
            actions.do_put_off(newest.id, form.cleaned_data["reasons"], due, actor=staff_of(request))
            said = f"The review is put off. An authorising officer must record it by {words.day(due)}."
            return done(request, said, "case-monitoring", case_id)
    return page(request, "put-off.html", file=file, form=form, section="cases")


@requires(Permission.DEPLOYMENT_DRAFT)
def suspend(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Stop collecting for now: custody, hospital, abroad, or a device that is away."""
    file = file_of(request, case_id)
    deployment = or_404(file.monitoring).deployment
    form = StopForm(request.POST or None, to=DeploymentState.SUSPENDED)
    if form.is_valid():
        with refusals_on(form):
            actions.do_stop(deployment.id, DeploymentState.SUSPENDED, *form.answers(), actor=staff_of(request))
            said = "The monitoring is suspended. Each device gets a profile that collects nothing."
            return done(request, said, "case-monitoring", case_id)
    return page(request, "suspend.html", file=file, form=form, section="cases")


@requires(Permission.DEPLOYMENT_DRAFT)
def resume(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Take a suspension back, and ask for each device's profile at once: the worker waits an hour after one that granted nothing."""
    file = file_of(request, case_id)
    monitoring, form = or_404(file.monitoring), ResumeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_resume(monitoring.deployment.id, form.cleaned_data["reason"], actor=staff_of(request))
            ask_anew([view.device.id for view in monitoring.devices], staff_of(request))
            return done(
                request, "The monitoring goes on. Each device gets its next profile.", "case-monitoring", case_id
            )
    return page(request, "resume.html", file=file, form=form, section="cases")


@requires(Permission.DEPLOYMENT_DRAFT)
def end_monitoring(request: HttpRequest, case_id: Id) -> HttpResponse:
    """End it for good, after a second look at one's own answers."""
    file = file_of(request, case_id)
    deployment = or_404(file.monitoring).deployment
    form = StopForm(request.POST or None, to=DeploymentState.ENDED)
    step = step_for(request, form)
    if step is FormStep.ANSWERED:
        return check_page(request, form, ENDING, file, reverse("case-monitoring", args=[case_id]))
    if step is FormStep.RECORD:
        with refusals_on(form):
            actions.do_stop(deployment.id, DeploymentState.ENDED, *form.answers(), actor=staff_of(request))
            said = "The monitoring has ended. Each device gets a profile that collects nothing."
            return done(request, said, "case-monitoring", case_id)
    return page(request, "end-monitoring.html", file=file, form=form, section="cases")
