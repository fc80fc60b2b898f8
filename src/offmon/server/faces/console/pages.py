"""What every page of the console has: its reader, its words, and the staffed hours in its footer."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.errors import Malformed, NotAuthentic, Refused
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.attempts import MustWait
from offmon.server.base.trusted import witnesses
from offmon.server.base.web.answers import FormStep, answers_of, sent_again, step_of
from offmon.server.base.web.permissions import actor_of
from offmon.server.evidence.queries import AUTHORITY, CaseFile, Part, case_file
from offmon.server.faces.console import (
    alert_words,
    device_words,
    locked_words,
    order_words,
    person_words,
    proposal_words,
    refusals,
    register_words,
    rota_words,
    sensitive_words,
    silence_words,
    start_words,
    visit_words,
    waiting,
    words,
)
from offmon.server.faces.console.forms.refusal import RefuseForm
from offmon.server.faces.console.mismatch_words import mismatch
from offmon.server.faces.console.signin import name_of


def page(request: HttpRequest, template: str, /, **context: object) -> HttpResponse:
    """A page of `jinja2/console/`. `waits`: what waits for its reader, where a query has counted it already."""
    actor = _staff(request)
    shared = {
        "actor": actor,
        **_around(request, actor),
        "waits": context.get("waits") or waiting.here(actor),
        "to_explain": waiting.mismatches(actor),
        "words": words,
        "start_words": start_words,
        "alert_words": alert_words,
        "device_words": device_words,
        "mismatch": mismatch,
        "sensitive_words": sensitive_words,
        "order_words": order_words,
        "locked_words": locked_words,
        "person_words": person_words,
        "proposal_words": proposal_words,
        "register_words": register_words,
        "visit_words": visit_words,
        "rota_words": rota_words,
        "silence_words": silence_words,
        "refusals": refusals,
        "may": Permission,
        "now": clock.now(),
    }
    return render(request, f"console/{template}", {**shared, "witnesses": witnesses(clock.now()), **context})


def _around(request: HttpRequest, actor: Actor | None) -> dict[str, object]:
    """Who reads the page, by name; whose hours stand in its footer; where else they work, and what waits there."""
    if actor is None:
        return {"signed_in_as": "", "watched": agencies.agencies(), "hosts": [], "took_over_from": "", "elsewhere": []}
    own, hosts = agencies.around(actor.id, {actor.lead, actor.agency, actor.home or actor.agency})
    return {
        "signed_in_as": name_of(request),
        "watched": [own[actor.lead]],
        "hosts": hosts,
        "took_over_from": own[actor.agency].name if actor.took_over else "",
        "elsewhere": waiting.elsewhere(actor, own, hosts),
    }


def staff_of(request: HttpRequest) -> Actor:
    """Who acts. Every view that asks stands behind `@requires`, so somebody does."""
    actor = _staff(request)
    if actor is None:
        raise PermissionDenied
    return actor


def _staff(request: HttpRequest) -> Actor | None:
    actor = actor_of(request)
    return actor if isinstance(actor, Actor) else None


def or_404[T](value: T | None) -> T:
    """What a query found, or the page that says there is no such thing: outside one's caseload there is none."""
    if value is None:
        raise Http404
    return value


def file_of(request: HttpRequest, case: Id, *, parts: Collection[Part] = AUTHORITY) -> CaseFile:
    """The case that a page is about, consulted by who looks at it; these parts of it."""
    return or_404(case_file(case, parts, actor=staff_of(request)))


def page_number(request: HttpRequest) -> int:
    """Which page of a list an address names, from 1; what it says wrongly is as if it said nothing."""
    number = request.GET.get("page", "1")
    return int(number) if len(number) < 5 and number.isascii() and number.isdecimal() and int(number) else 1


def select[T](things: tuple[T, ...], thing: Id, key: str = "id") -> T:
    """The one of a case's things that an address names."""
    return or_404(next((one for one in things if getattr(one, key) == thing), None))


def step_for(request: HttpRequest, form: forms.Form) -> FormStep:
    """How far a form is that is checked before it is recorded: to be answered, while something in it is wrong."""
    step = step_of(request, form, staff_of(request).id)
    return step if form.is_valid() else FormStep.CHANGE


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What the page says on which someone checks their answers: its heading, what the step does, and the button that does it."""

    title: str
    note: str
    submit: str


def refuse_page(
    request: HttpRequest, said: CheckPage, refuse: Callable[[str], None], to: tuple[str | Id, ...], **shown: object
) -> HttpResponse:
    """The page on which a second person says no, for a reason. `to`: the page of what is refused, where one is then.

    `shown`: beside what every page has, `facts` (rows), `stands` (why there is nothing to refuse, if so) and where the page belongs.
    """
    form = RefuseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            refuse(form.cleaned_data["reason"])
            return done(request, "It is refused. Whoever asked reads your reason on their start page.", *to)
    return page(request, "refuse.html", form=form, said=said, cancel=reverse(str(to[0]), args=to[1:]), **shown)


def check_page(
    request: HttpRequest,
    form: forms.Form,
    said: CheckPage,
    file: CaseFile | None,
    cancel: str,
    *,
    about: object = (),
    section: str = "cases",
) -> HttpResponse:
    """The answers of a form about a case, before they are recorded. `cancel`: the address to go back to. `about`: drafted choices.

    `file`: None where the case is not open to whoever answers.
    """
    whose = staff_of(request).id
    answers, kept = answers_of(form, {}), sent_again(request, form, whose)
    shown = {"answers": answers, "kept": kept, "about": about}
    return page(request, "check-answers.html", said=said, file=file, cancel=cancel, section=section, **shown)


@contextmanager
def refusals_on(form: forms.Form) -> Iterator[None]:
    """Show what a rule says no to where the person can put it right: at the head of the form."""
    try:
        yield
    except MustWait:  # a page of its own says for how long
        raise
    except (Malformed, NotAuthentic, Refused) as refusal:
        form.add_error(None, refusals.SAID.get(refusal.code, refusal.message))


def done(request: HttpRequest, said: str, to: str, *args: str | Id) -> HttpResponse:
    """On to the page of that name, which says once what was done."""
    messages.success(request, said)
    return redirect(to, *args)


def must_wait(request: HttpRequest, refusal: MustWait) -> HttpResponse:
    """Alike for every name, and whether what was given is right or not."""
    minutes = -(-refusal.wait_ms // time.MINUTE_MS)
    answer = page(request, "must-wait.html", minutes=minutes)
    answer.status_code = 429
    answer["Retry-After"] = str(-(-refusal.wait_ms // 1000))
    return answer
