"""The requests of supervised people, however they came: when each is due, and what was done."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.ids import Id, Ms
from offmon.core.person.deadlines import Channel, RequestKind, RequestStage
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.web.answers import FormStep
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.requests import AnswerForm, ExtendForm, ShareForm, TakeDownForm
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
from offmon.server.rights.requests import actions, queries
from offmon.server.triage.queries import alerts_of
from offmon.words.catalogue import Language, translate
from offmon.words.dates import day

ANSWERING: Final = CheckPage(
    "Check your answer before you give it",
    "The person reads it on their own page at once, word for word, with how to complain and to whom. You cannot change it.",
    "Give the answer",
)


@requires(Permission.REQUEST_READ)
def requests(request: HttpRequest) -> HttpResponse:
    """What is not answered of one's cases, the longest overdue first."""
    return page(request, "requests.html", rows=queries.open_requests(actor=staff_of(request)), section="requests")


@requires(Permission.REQUEST_READ)
def a_request(request: HttpRequest, request_id: Id) -> HttpResponse:
    """One request in the person's words, and its steps; and what whoever answers it may have to read."""
    one = or_404(queries.request(request_id, actor=staff_of(request)))
    actor, person = staff_of(request), one.row.person
    alerts = []
    if person is not None and actor.may(Permission.REQUEST_ANSWER):
        alerts = alerts_of(person.case, actor=actor)
    return page(request, "request.html", one=one, alerts=alerts, section="requests")


@requires(Permission.REQUEST_RECORD)
def take_down(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Enter a request that came by phone, by letter or in person. Its clock is that of any other."""
    taking = or_404(queries.taking_down(case_id, actor=staff_of(request)))
    form = TakeDownForm(request.POST or None, colleagues=taking.colleagues, initial={"taken_by": staff_of(request).id})
    if form.is_valid():
        with refusals_on(form):
            reference = actions.do_take_down(case_id, form.said(), actor=staff_of(request))
            return done(request, f"Tell the person its reference: {reference}.", "requests")
    return page(request, "take-down.html", taking=taking, form=form, section="requests")


@requires(Permission.REQUEST_ANSWER)
def take_up(request: HttpRequest, request_id: Id) -> HttpResponse:
    """Say that somebody looks at it."""
    one = or_404(queries.request(request_id, actor=staff_of(request)))
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_take_up(request_id, actor=staff_of(request))
            return redirect("request", request_id)
    return page(request, "take-up.html", one=one, form=form, section="requests")


@requires(Permission.REQUEST_ANSWER)
def open_its_case(request: HttpRequest, request_id: Id) -> HttpResponse:
    """Get access to the case of a request that one answers."""
    one = or_404(queries.request(request_id, actor=staff_of(request)))
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_open_its_case(request_id, actor=staff_of(request))
            return done(request, "You have access to the case until you have answered.", "request", request_id)
    return page(request, "open-its-case.html", one=one, form=form, section="requests")


@requires(Permission.REQUEST_ANSWER)
def share(request: HttpRequest, request_id: Id) -> HttpResponse:
    """Show a complaint to the staff of its case. It cannot be hidden from them again."""
    one = or_404(queries.request(request_id, actor=staff_of(request)))
    form = ShareForm(request.POST or None)
    step = step_for(request, form)
    readers = [] if one.row.person is None else queries.will_read(one.row.person.case, actor=staff_of(request))
    if step is FormStep.ANSWERED and one.row.person is not None:
        file, said = file_of(request, one.row.person.case), _sharing([one.display_name for one in readers])
        return check_page(request, form, said, file, reverse("request", args=[request_id]))
    if step is not FormStep.CHANGE:
        with refusals_on(form):
            actions.do_share(request_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The staff of the case now see the complaint.", "request", request_id)
    return page(request, "share-request.html", one=one, readers=readers, form=form, section="requests")


@requires(Permission.REQUEST_ANSWER)
def extend(request: HttpRequest, request_id: Id) -> HttpResponse:
    """Record that the person was told that it takes two months more."""
    one = or_404(queries.request(request_id, actor=staff_of(request)))
    form = ExtendForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            actions.do_extend(
                request_id, given["reasons"], Channel(given["told_by"]), given["told"], actor=staff_of(request)
            )
            return redirect("request", request_id)
    return page(request, "extend.html", one=one, form=form, section="requests")


@requires(Permission.REQUEST_ANSWER)
def answer(request: HttpRequest, request_id: Id) -> HttpResponse:
    """Write the answer, check it as the person reads it, and give it to them."""
    one = or_404(queries.request(request_id, actor=staff_of(request)))
    begun = {"sent": time.local_day(clock.now()), "words": _drafted(one.row.kind, one.row.received_at)}
    form = AnswerForm(request.POST or None, kind=one.row.kind, initial=begun)
    step = step_for(request, form)
    if step is FormStep.ANSWERED:
        return check_page(request, form, ANSWERING, None, reverse("request", args=[request_id]), section="requests")
    if step is FormStep.RECORD:
        with refusals_on(form):
            actions.do_answer(request_id, form.answer(), actor=staff_of(request))
            said = f"{one.row.reference} is answered. The person’s page shows your answer now."
            return done(request, said, "request", request_id)
    return page(request, "answer.html", one=one, form=form, section="requests")


@requires(Permission.REQUEST_ANSWER)
def letter(request: HttpRequest, request_id: Id) -> HttpResponse:
    """The answer as a letter, to print: for who does not use their own page."""
    one = or_404(queries.request(request_id, actor=staff_of(request)))
    given = next((step for step in one.steps if step.what is RequestStage.ANSWERED), None)
    agency = agencies.agency(staff_of(request).lead)
    return page(request, "letter.html", one=one, given=given, agency=agency, section="requests")


def _drafted(kind: RequestKind, received: Ms) -> str:
    """What an answer begins with: of a request for data, where the person finds what the software holds."""
    english = Language.ENGLISH
    return translate(english, "portal.ask.drafted", day=day(english, received)) if kind is RequestKind.DATA else ""


def _sharing(readers: list[str]) -> CheckPage:
    """Who reads the complaint from then on."""
    note = f"It goes to {', '.join(readers) or 'nobody now'}, and to whoever gets access to the case later. You cannot hide it again."
    return CheckPage("Check your reason before you share the complaint", note, "Share the complaint")
