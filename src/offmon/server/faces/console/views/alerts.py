"""The queue, an alert, its disclosures, the decision, and what follows.

Software points and a human decides. So each page says how the alert arose and what was not checked, and suggests no decision.
"""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.errors import Refused
from offmon.core.ids import CHECKS, Id
from offmon.core.log.hours import Covered
from offmon.core.log.records import DecisionOutcome
from offmon.server.agencies.authentication.queries import is_asked_again
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.vault import vault
from offmon.server.base.web.answers import FormStep, sent_again, step_of
from offmon.server.base.web.forms import Form
from offmon.server.base.web.permissions import requires
from offmon.server.deployments.queries.register import covered_of
from offmon.server.evidence.actions import do_ask_reveal
from offmon.server.evidence.queries import exposure_of
from offmon.server.faces.console.disclosed import sent_of
from offmon.server.faces.console.forms.alerts import (
    AssignForm,
    CorrectForm,
    DecideAlertForm,
    LookAgainForm,
    RevealForm,
    TogetherForm,
)
from offmon.server.faces.console.forms.queue import QueueForm, choice_of
from offmon.server.faces.console.pages import done, or_404, page, page_number, refusals_on, select, staff_of
from offmon.server.faces.console.stepping_up import shows_factor
from offmon.server.triage import queries as triage
from offmon.server.triage.actions import do_assign, do_correct, do_decide, do_decide_together
from offmon.server.triage.actions.second_looks import do_look_again
from offmon.server.triage.queries import AlertView, queue_lines
from offmon.server.triage.queries.called import references_of_calls
from offmon.server.triage.queries.queue_lines import QUEUE_PAGE


@requires(Permission.QUEUE_READ)
def queue(request: HttpRequest) -> HttpResponse:
    """Possible breaches that nobody has decided, the soonest due first or as chosen."""
    at = page_number(request) - 1
    sent = request.POST or request.GET  # what was searched for is often a name, and stands in no address
    given = {key: str(value) for key, value in sent.items() if key not in {"page", "csrfmiddlewaretoken"}}
    if request.method != "POST":
        given.pop("words", None)
    choice = choice_of(given)
    shown = queue_lines.queue(choice, actor=staff_of(request), page=at)
    first, last = at * QUEUE_PAGE + 1, at * QUEUE_PAGE + len(shown.rows)
    context = {"number": at + 1, "first": first, "last": last, "choice": choice}
    context["chosen"] = urlencode({key: value for key, value in given.items() if key != "words"})
    with scope(staff_of(request)):
        context["covered"] = _covered({row.case for row in shown.rows}, staff_of(request))
        context["called"] = references_of_calls(staff_of(request))
    form = QueueForm(given or None, owners=shown.owners)
    return page(request, "queue.html", shown=shown, form=form, section="queue", **context)


def _covered(cases: Collection[Id], actor: Actor) -> dict[Id, Covered]:
    """How many of each person's known devices monitoring covers."""
    with scope(actor):
        return covered_of(cases)


@requires(Permission.ALERT_READ)
def alert(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """One alert: what was noticed, why anything was looking, what was not looked at; and the decision beside it."""
    return _alert_page(request, alert_id)


def _alert_page(request: HttpRequest, alert_id: Id, form: Form | None = None, **of: Any) -> HttpResponse:
    """The whole of an alert, looked at. `form`: the decision as it was sent. `of`: what is shown, or asked, of a disclosure."""
    actor = staff_of(request)
    with scope(actor):
        shown = or_404(triage.alert(alert_id, actor=actor))
        deciding = form or (DecideAlertForm(like=shown.like, **_asked(actor, alert_id)) if shown.may_decide else None)
        if shown.occurrences and "opening" not in of:
            asked = is_asked_again(Act.CONTENT, opening=True, actor=actor)  # by another page, to which a link leads
            of |= {"opening": shown.occurrences[-1], "reveal": None if asked else RevealForm()}
        beside = {"exposure": exposure_of(actor), "covered": _covered([shown.case], actor)[shown.case]}
    context: dict[str, Any] = {
        "decision_form": deciding if shown.may_decide else None,
        "look_form": (form or LookAgainForm()) if shown.blind else None,
        "form": of.get("reveal") if form is None else form,
    }
    context["after"] = _after(request)
    return page(request, "alert.html", alert=shown, section="queue", **beside, **context, **of)


def _after(request: HttpRequest) -> AlertView | None:
    """The alert that was decided just before, where the address names one."""
    named = request.GET.get("after", "")
    earlier = triage.alert_in_part(Id(named), actor=staff_of(request)) if CHECKS[Id](named) else None
    return earlier if earlier is not None and earlier.decision is not None else None


@requires(Permission.CONTENT_REVEAL)
@shows_factor(Act.CONTENT)
def occurrence(request: HttpRequest, alert_id: Id, leaf: Id) -> HttpResponse:
    """Show what was sent of one page, once, for a reason. It is in memory for this one answer, and on no disk of ours in clear."""
    shown = or_404(triage.alert_in_part(alert_id, actor=staff_of(request)))
    one = select(shown.revealable, leaf, "leaf")
    form = RevealForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            others, why = tuple(match.leaf for match in one.matches[1:]), form.cleaned_data["why"]
            reveal = do_ask_reveal(alert_id, leaf, one.place, why, others=others, actor=staff_of(request))
            sent = sent_of(one, vault().reveal(reveal))
            return _alert_page(request, alert_id, opening=one, reveal=form, sent=sent)
    return _alert_page(request, alert_id, opening=one, reveal=form)


@requires(Permission.ALERT_DECIDE)
def decide(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """A named human's decision, with a reason, on what they looked at: then the next alert. The form is on the alert's own page."""
    if request.method != "POST":
        return _alert_page(request, alert_id)
    actor = staff_of(request)
    like = or_404(triage.decided_before_of(alert_id, actor=actor))
    form = DecideAlertForm(request.POST, like=like, **_asked(actor, alert_id))
    if form.is_valid():
        with refusals_on(form):
            do_decide(alert_id, *form.decided(), **form.seen(), actor=actor)
            following = _following(request)
            if following is None:
                return redirect("decided", alert_id)
            return redirect(f"{reverse('alert', args=[following])}?{urlencode({'after': alert_id})}")
    return _alert_page(request, alert_id, form)


@requires(Permission.DECISION_SAMPLE)
def look_again(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """What a supervisor finds of a decision that was drawn for them, before they see it: on the alert's own page."""
    form = LookAgainForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            outcome = DecisionOutcome(given["outcome"])
            do_look_again(alert_id, outcome, given["reason"], shown=given["shown"], actor=staff_of(request))
            return done(request, "Your second look is recorded.", "alert", alert_id)
    return _alert_page(request, alert_id, form if form.is_bound else None)


@requires(Permission.ALERT_DECIDE)
def together(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """An alert and those like it, all of each shown, decided with one reason: each of them a decision of its own."""
    actor = staff_of(request)
    shown = or_404(triage.alert_with_like(alert_id, looking=request.method != "POST", actor=actor))
    form = TogetherForm(request.POST or None, alerts=shown)
    if form.is_valid():
        with refusals_on(form):
            decisions = do_decide_together(*form.decided(), actor=actor)
            return done(request, f"{len(decisions)} decisions are recorded, each by itself.", "queue")
    if form.is_bound:  # what comes back is looked at as it is now
        shown = or_404(triage.alert_with_like(alert_id, looking=True, actor=actor))
    context = {"back": reverse("alert", args=[alert_id]), "section": "queue"}
    return page(request, "together.html", form=form, alerts=shown, **context)


@requires(Permission.ALERT_DECIDE)
def assign(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """Hand an alert to a colleague on the case."""
    actor = staff_of(request)
    shown = or_404(triage.alert_in_part(alert_id, actor=actor))
    others = [(one.id, one.display_name) for one in shown.deciders if one.id != shown.owner]
    form = AssignForm(request.POST or None, colleagues=others)
    if form.is_valid():
        with refusals_on(form):
            do_assign(alert_id, Id(form.cleaned_data["to"]), form.cleaned_data["reason"], actor=actor)
            return done(request, f"{dict(others)[form.cleaned_data['to']]} has it now.", "alert", alert_id)
    return page(request, "assign.html", form=form, alert=shown, others=others, section="queue")


@requires(Permission.ALERT_DECIDE)
def correct(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """A decision that takes the place of the earlier one, with a reason: answered, checked, and then recorded."""
    actor = staff_of(request)
    asked = _asked(actor, alert_id)
    shown = or_404(triage.alert_in_part(alert_id, actor=actor))
    form = CorrectForm(request.POST or None, decisions=or_404(shown.decisions or None), **asked)
    facts = {"alert": shown, "section": "queue"}
    step = step_of(request, form, actor.id)
    if form.is_valid() and step is not FormStep.CHANGE:
        with refusals_on(form):
            if step is FormStep.RECORD:
                do_correct(alert_id, *form.decided(), form.correction(), **form.seen(), actor=actor)
                return redirect("decided", alert_id)
            triage.check_open_to_correct(alert_id, form.cleaned_data["shown"], actor=actor)
    elif not form.is_bound:
        try:
            triage.check_open_to_correct(alert_id, actor=actor)
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("alert", alert_id)
    if form.is_valid() and step is FormStep.ANSWERED and shown.may_correct:
        kept = sent_again(request, form, actor.id)
        return page(request, "check-correction.html", answers=form.answers(clock.now()), kept=kept, **facts)
    return page(request, "correct.html", form=form, **facts)


def _asked(actor: Actor, alert_id: Id) -> dict[str, Any]:
    """What the form asks by: who could do the task, and whether the actor revealed a disclosure."""
    colleagues, revealed = or_404(triage.asked_by_form(alert_id, actor=actor))
    return {
        "colleagues": [(one.id, one.display_name) for one in colleagues],
        "has_revealed": revealed,
        "initial": {"owner": actor.id},
    }


@requires(Permission.ALERT_DECIDE)
def decided(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """What was decided, where no alert is left to go on to; and after a correction."""
    shown = or_404(triage.alert_in_part(alert_id, actor=staff_of(request)))
    context = {"decision": or_404(shown.decision), "following": _following(request)}
    return page(request, "decided.html", alert=shown, section="queue", **context)


def _following(request: HttpRequest) -> Id | None:
    """The gravest alert that is still to be decided, for whoever reads the queue."""
    actor = staff_of(request)
    return queue_lines.next_undecided(actor=actor) if actor.may(Permission.QUEUE_READ) else None
