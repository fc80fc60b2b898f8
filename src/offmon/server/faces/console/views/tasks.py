"""Due tasks: the actions that decisions require, the welfare step before contact, and their outcomes."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.alerts import DoneForm, WelfareForm
from offmon.server.faces.console.pages import done, or_404, page, refusals_on, staff_of
from offmon.server.triage import queries as triage
from offmon.server.triage.actions import do_complete_action, do_record_welfare


@requires(Permission.ACTION_READ)
def due(request: HttpRequest) -> HttpResponse:
    """What is still to be done on one's caseload, the soonest due first."""
    return page(request, "due.html", actions=triage.due_actions(actor=staff_of(request)), section="due")


@requires(Permission.ACTION_READ)
def action(request: HttpRequest, action_id: Id) -> HttpResponse:
    """One action: what it is, whose, by when, and what came of it."""
    shown = or_404(triage.action(action_id, actor=staff_of(request)))
    return page(request, "action.html", action=shown, section="due")


@requires(Permission.ACTION_COMPLETE)
def record_welfare(request: HttpRequest, action_id: Id) -> HttpResponse:
    """Before contact about something serious: may the person harm themselves?"""
    shown = or_404(triage.action(action_id, actor=staff_of(request)))
    form = WelfareForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_record_welfare(action_id, form.step(), actor=staff_of(request))
            return done(request, "The welfare check is recorded.", "action", action_id)
    return page(request, "record-welfare.html", action=shown, form=form, section="due")


@requires(Permission.ACTION_COMPLETE)
def complete(request: HttpRequest, action_id: Id) -> HttpResponse:
    """Say what came of it, and where that is recorded."""
    shown = or_404(triage.action(action_id, actor=staff_of(request)))
    form = DoneForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_complete_action(action_id, **form.cleaned_data, actor=staff_of(request))
            return done(request, "The task is done.", "action", action_id)
    return page(request, "complete.html", action=shown, form=form, section="due")
