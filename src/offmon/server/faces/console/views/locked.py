"""Records of a time without authority: why they are locked, and what two people decide of them (design §1.9)."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.errors import OffmonError
from offmon.core.ids import Id
from offmon.core.log.quarantine import LateChoice
from offmon.server.agencies import queries as agencies
from offmon.server.base.vault import vault
from offmon.server.base.web.permissions import requires
from offmon.server.evidence.queries import received_by
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.locked import AskLockedForm
from offmon.server.faces.console.forms.refusal import RefuseForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, select, staff_of
from offmon.server.faces.console.stepping_up import shows_factor
from offmon.server.intake.quarantine import actions, queries


@requires(Permission.DEPLOYMENT_READ)
def locked(request: HttpRequest, case_id: Id, quarantine_id: Id) -> HttpResponse:
    """Why these records are locked, who received some of them, and how far a request about them is."""
    return _page(request, "locked.html", case_id, quarantine_id)


@requires(Permission.DEPLOYMENT_READ)
def late_decision(request: HttpRequest, case_id: Id, decision_id: Id) -> HttpResponse:
    """The same page, by the request about them."""
    return _page(request, "locked.html", case_id, _of_decision(request, case_id, decision_id).id)


@requires(Permission.DESTRUCTION_ASK)
@shows_factor(Act.DESTRUCTION)
def ask_locked(request: HttpRequest, case_id: Id, quarantine_id: Id) -> HttpResponse:
    """Ask that they are erased or kept. Nothing changes before a colleague agrees."""
    form = AskLockedForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_ask_late(quarantine_id, *form.chosen(), actor=staff_of(request))
            return done(request, "Your request is recorded. A colleague must agree.", "locked", case_id, quarantine_id)
    return _page(request, "ask-locked.html", case_id, quarantine_id, form=form)


@requires(Permission.DESTRUCTION_APPROVE)
@shows_factor(Act.DESTRUCTION)
def agree_locked(request: HttpRequest, case_id: Id, decision_id: Id) -> HttpResponse:
    """Another person agrees. The vault erases at once, or as soon as it answers."""
    one, form = _of_decision(request, case_id, decision_id), NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_agree_late(decision_id, actor=staff_of(request))
            return done(request, _said(one, decision_id), "locked", case_id, one.id)
    return _page(request, "agree-locked.html", case_id, one.id, form=form)


@requires(Permission.DESTRUCTION_APPROVE)
def refuse_locked(request: HttpRequest, case_id: Id, decision_id: Id) -> HttpResponse:
    """The second person says no, with a reason: the records stay locked."""
    one, form = _of_decision(request, case_id, decision_id), RefuseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_refuse_late(decision_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "You refused it. The records stay locked.", "locked", case_id, one.id)
    return _page(request, "refuse-locked.html", case_id, one.id, form=form)


def _of_decision(request: HttpRequest, case_id: Id, decision_id: Id) -> queries.LockedView:
    file_of(request, case_id, parts=())
    found = queries.quarantines_of(case_id, actor=staff_of(request))
    return or_404(next((one for one in found if one.decision is not None and one.decision.id == decision_id), None))


def _said(one: queries.LockedView, decision: Id) -> str:
    if one.decision is not None and one.decision.choice is LateChoice.KEEP:
        return "You agreed. The records are not locked any more."
    try:
        vault().erase(decision)
    except OffmonError:
        return "You agreed. The vault has not erased the records yet. We ask it again until it has."
    return "You agreed, and the records are erased."


def _page(request: HttpRequest, template: str, case_id: Id, quarantine_id: Id, **more: object) -> HttpResponse:
    file, actor = file_of(request, case_id), staff_of(request)
    one = select(tuple(queries.quarantines_of(case_id, actor=actor)), quarantine_id)
    asked = one.decision
    people = () if asked is None else (asked.asked_by, asked.agreed_by, asked.refused_by)
    names = agencies.names_of({who for who in people if who is not None})
    recipients = received_by(case_id, quarantine_id, actor=actor)
    return page(request, template, file=file, one=one, names=names, recipients=recipients, section="cases", **more)
