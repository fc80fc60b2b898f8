"""The queue, an alert, its disclosures, the decision, and what follows.

Software points and a human decides. So each page says how the alert arose and what was not checked, and suggests no decision.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.server.base import clock
from offmon.server.base.vault import vault
from offmon.server.base.web.answers import FormStep, sent_again, step_of
from offmon.server.base.web.permissions import requires
from offmon.server.evidence.actions import do_ask_reveal
from offmon.server.faces.console.disclosed import sent_of
from offmon.server.faces.console.forms.alerts import CorrectForm, DecideAlertForm, ReasonForm
from offmon.server.faces.console.forms.queue import QueueForm, choice_of
from offmon.server.faces.console.pages import or_404, page, refusals_on, select, staff_of
from offmon.server.faces.console.stepping_up import shows_factor
from offmon.server.triage import queries as triage
from offmon.server.triage.actions import do_correct, do_decide
from offmon.server.triage.queries import queue_lines
from offmon.server.triage.queries.queue_lines import QUEUE_PAGE


@requires(Permission.QUEUE_READ)
def queue(request: HttpRequest) -> HttpResponse:
    """Possible breaches that nobody has decided, the soonest due first or as chosen."""
    number = request.GET.get("page", "1")
    at = int(number) - 1 if number.isascii() and number.isdecimal() and 0 < int(number) < 10_000 else 0
    sent = request.POST or request.GET  # what was searched for is often a name, and stands in no address
    given = {key: str(value) for key, value in sent.items() if key not in {"page", "csrfmiddlewaretoken"}}
    if request.method != "POST":
        given.pop("words", None)
    choice = choice_of(given)
    shown = queue_lines.queue(choice, actor=staff_of(request), page=at)
    first, last = at * QUEUE_PAGE + 1, at * QUEUE_PAGE + len(shown.rows)
    context = {"number": at + 1, "first": first, "last": last, "choice": choice}
    context["chosen"] = urlencode({key: value for key, value in given.items() if key != "words"})
    form = QueueForm(given or None, owners=shown.owners)
    return page(request, "queue.html", shown=shown, form=form, section="queue", **context)


@requires(Permission.ALERT_READ)
def alert(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """One alert: what was noticed, why anything was looking, and what was not looked at."""
    shown = or_404(triage.alert(alert_id, actor=staff_of(request)))
    return page(request, "alert.html", alert=shown, section="queue")


@requires(Permission.CONTENT_REVEAL)
@shows_factor(Act.CONTENT)
def occurrence(request: HttpRequest, alert_id: Id, leaf: Id) -> HttpResponse:
    """Show what was sent of one page, once, for a reason. It is in memory for this one answer, and on no disk of ours in clear."""
    shown = or_404(triage.alert_in_part(alert_id, actor=staff_of(request)))
    one = select(shown.occurrences, leaf, "leaf")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            others, why = tuple(match.leaf for match in one.matches[1:]), form.cleaned_data["reason"]
            reveal = do_ask_reveal(alert_id, leaf, one.place, why, others=others, actor=staff_of(request))
            sent = sent_of(one, vault().reveal(reveal))
            return page(request, "revealed.html", alert=shown, occurrence=one, sent=sent, section="queue")
    return page(request, "occurrence.html", alert=shown, occurrence=one, form=form, section="queue")


@requires(Permission.ALERT_DECIDE)
def decide(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """A named human's decision, with a reason, on what they looked at, which is the alert's own page: this one is no look at it.

    It is answered, then checked on a page of its own, and only then recorded.
    """
    form = DecideAlertForm(request.POST or None, **_asked(request, alert_id))

    def record() -> None:
        do_decide(alert_id, *form.decided(), **form.seen(), actor=staff_of(request))

    return _deciding(request, alert_id, form, record)


@requires(Permission.ALERT_DECIDE)
def correct(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """A decision that takes the place of the earlier one, with a reason: answered and checked as a decision is."""
    asked = _asked(request, alert_id)
    decisions = or_404(triage.alert_in_part(alert_id, actor=staff_of(request))).decisions
    form = CorrectForm(request.POST or None, decisions=or_404(decisions or None), **asked)

    def record() -> None:
        do_correct(alert_id, *form.decided(), form.correction(), **form.seen(), actor=staff_of(request))

    return _deciding(request, alert_id, form, record, correcting=True)


def _asked(request: HttpRequest, alert_id: Id) -> dict[str, Any]:
    """What the form asks by: who could do the task, and whether the actor revealed a disclosure."""
    actor = staff_of(request)
    colleagues = or_404(triage.colleagues_for(alert_id, actor=actor))
    return {
        "colleagues": [(one.id, one.display_name) for one in colleagues],
        "has_revealed": triage.has_revealed(alert_id, actor=actor),
        "initial": {"owner": actor.id},
    }


def _deciding(
    request: HttpRequest,
    alert_id: Id,
    form: DecideAlertForm,
    record: Callable[[], None],
    *,
    correcting: bool = False,
) -> HttpResponse:
    """Answered, checked, and then recorded; refused where the actor has not looked at the whole alert."""
    step = step_of(request, form, staff_of(request).id)
    check = partial(triage.check_open_to_decide, alert_id, correcting=correcting, actor=staff_of(request))
    if form.is_valid() and step is not FormStep.CHANGE:
        with refusals_on(form):
            if step is FormStep.RECORD:
                record()
                return redirect("decided", alert_id)
            check(form.cleaned_data["shown"])
    elif not form.is_bound:
        try:
            check()
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("alert", alert_id)
    shown = or_404(triage.alert_in_part(alert_id, actor=staff_of(request)))
    facts = {"alert": shown, "section": "queue", "correcting": correcting}
    if form.is_valid() and step is FormStep.ANSWERED and (shown.may_correct if correcting else not shown.decision):
        kept = sent_again(request, form, staff_of(request).id)
        return page(request, "check-decision.html", answers=form.answers(clock.now()), kept=kept, **facts)
    return page(request, "decide.html", form=form, **facts)


@requires(Permission.ALERT_DECIDE)
def decided(request: HttpRequest, alert_id: Id) -> HttpResponse:
    """What was decided, to be sure of it."""
    shown = or_404(triage.alert_in_part(alert_id, actor=staff_of(request)))
    return page(request, "decided.html", alert=shown, decision=or_404(shown.decision), section="queue")
