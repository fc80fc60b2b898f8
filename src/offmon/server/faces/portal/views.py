"""Every page of the portal. The query that reads for a page also records that the person read it."""

from functools import partial

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe
from markupsafe import escape

from offmon.core.access.pin import LEAST_DIGITS, MOST_DIGITS
from offmon.core.access.roles import Permission
from offmon.core.authority.inventory import NEVER, POWERS
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.person.activity_record import SentLine
from offmon.core.person.deadlines import RequestKind
from offmon.core.person.request_desk import DESK, HIDDEN
from offmon.server.base.attempts import MustWait
from offmon.server.base.web.permissions import public, requires
from offmon.server.faces.portal import monitored, signin
from offmon.server.faces.portal.forms import AskForm, FirstForm, PersonSignInForm, StopForm
from offmon.server.faces.portal.pages import page, person_of
from offmon.server.faces.portal.paging import parts
from offmon.server.faces.portal.signin import request_id
from offmon.server.rights import queries
from offmon.server.rights.actions import do_ask, do_begin, do_leave, do_sign_in
from offmon.server.rights.agreements.actions import do_stop_agreed
from offmon.server.rights.agreements.queries import agreed
from offmon.server.rights.end_certificates import queries as end_certificates
from offmon.server.rights.end_certificates.queries import CertificateView
from offmon.server.rights.queries import RequestView
from offmon.server.rights.sign_in import IDLE_MS, LONGEST_MS
from offmon.words.agency_text import in_parts
from offmon.words.catalogue import Language, translate
from offmon.words.end_certificate import in_parts as in_parts_of_end
from offmon.words.end_certificate import write
from offmon.words.forms import NoticeFormat, forms_of, in_form

_MINUTE_MS = 60_000
_MOST = {"gaps": 50, "sent": 40, "looks": 40, "asked": 4}  # lines of a page of each list: what `test_light` weighs


@public("it shows nothing and only leads on, to the page to sign in")
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the page to sign in: in the language of the page that somebody wanted, else in English.

    Whoever sent a form after their sitting was over is told that it did not arrive: of that address the language alone is left.
    """
    wanted = request.GET.get("next", "")
    language = Language.WELSH if wanted.startswith("/cy/") else Language.ENGLISH
    return HttpResponseRedirect(f"/{language.value}/{'?late' if wanted == f'/{language.value}/' else ''}")


@public("the page to sign in, which says nothing of what is behind it")
def sign_in(request: HttpRequest, language: Language) -> HttpResponse:
    """A name and a PIN."""
    form = PersonSignInForm(_posted(request), language=language)
    if form.is_valid():
        given = form.cleaned_data
        try:
            return _in(language, do_sign_in(given["name"], given["pin"], request_id(request)))
        except Refused as refusal:
            return _refused(request, language, form, "sign-in", refusal)
    return page(request, language, "sign-in", form=form, late="late" in request.GET)


@public("the first visit, by a code that an officer gave")
def first(request: HttpRequest, language: Language) -> HttpResponse:
    """The code, once, and a PIN for later."""
    form = FirstForm(_posted(request), language=language)
    if form.is_valid():
        given = form.cleaned_data
        try:
            return _in(language, do_begin(given["name"], given["code"], given["pin_new"], request_id(request)))
        except Refused as refusal:
            return _refused(request, language, form, "first", refusal)
    return page(request, language, "first", form=form)


@public("whoever signs out is nobody any more")
@require_POST
def leave(request: HttpRequest, language: Language) -> HttpResponse:
    """Sign out."""
    token = request.COOKIES.get(signin.COOKIE)
    if token is not None:
        do_leave(token)
    answer = redirect("sign-in", language)
    signin.leave(answer)
    return answer


@requires(Permission.PORTAL_READ)
@require_safe
def now(request: HttpRequest, language: Language) -> HttpResponse:
    """What is monitored now."""
    found = queries.now(actor=person_of(request))
    devices, ask = monitored.devices(found, language), monitored.to_ask(found)
    shown = parts(request.GET, _MOST, gaps=found.gaps)
    shown |= {
        "short": monitored.in_short(devices),
        "stopped": found.stopped,
        "locked": found.locked,
        "review": found.review_due,
        "lead_agency": found.agency.name,
        "taken_over": found.taken_over,
        "covered": found.covered,
    }
    shown["silences"] = monitored.silences(found, language)
    shown["agreed"] = any(one.profile.profile is not None and one.profile.profile.agreed for one in found.devices)
    return page(request, language, "now", devices=devices, ask=ask, powers=POWERS, **shown)


@requires(Permission.PORTAL_ASK)
def stop(request: HttpRequest, language: Language) -> HttpResponse:
    """What the person agreed to, and how to stop it: tick and press, as they once signed (R-LEG-20)."""
    items = agreed(actor=person_of(request))
    form = StopForm(_posted(request), language=language, items=items)
    if form.is_valid():
        do_stop_agreed([Id(one) for one in form.cleaned_data["items"]], actor=person_of(request))
        return HttpResponseRedirect(f"/{language.value}/stop/?stopped")
    return page(request, language, "stop", form=form, items=items, stopped="stopped" in request.GET)


@requires(Permission.PORTAL_READ)
@require_safe
def end(request: HttpRequest, language: Language) -> HttpResponse:
    """The end certificate of the monitoring that ended last."""
    return _end_page(request, language, end_certificates.own(actor=person_of(request)))


@requires(Permission.PORTAL_READ)
@require_safe
def end_file(request: HttpRequest, language: Language) -> HttpResponse:
    """The same as a file that anybody checks, whose name tells nobody what it is. While there is none, the page, which says so."""
    own = end_certificates.own(actor=person_of(request))
    if own is None or own.file is None:
        return _end_page(request, language, own)
    return _download(own.file, "application/json", "page.json")


@requires(Permission.PORTAL_READ)
@require_safe
def never(request: HttpRequest, language: Language) -> HttpResponse:
    """What is never collected, from the inventory itself."""
    contacts, since = queries.never(actor=person_of(request))
    things = [translate(language, f"inventory.never.{place}") for place, _ in enumerate(NEVER)]
    return page(request, language, "never", things=things, contacts=contacts, since=since)


@requires(Permission.PORTAL_READ)
@require_safe
def notice(request: HttpRequest, language: Language, form: NoticeFormat = NoticeFormat.PAGE) -> HttpResponse:
    """The newest notice, as it was served, or in another form of it."""
    served, welsh = queries.notice(language, actor=person_of(request))
    if served is None:
        return page(request, language, "notice", paper=None)
    shown = in_form(served, form, language)
    if shown is None:
        raise Http404
    if form is NoticeFormat.TEXT:
        return _download(served.text, "text/plain; charset=utf-8", "page.txt")
    forms = forms_of(served, language)
    blocks = in_parts(shown, language, welsh)
    return page(request, language, "notice", paper=shown, blocks=blocks, shape=form, forms=forms, digest=served.digest)


@requires(Permission.PORTAL_READ)
@require_safe
def told(request: HttpRequest, language: Language) -> HttpResponse:
    """What was sent and which role looked, after the delay."""
    found = queries.told(actor=person_of(request))
    shown = parts(request.GET, _MOST, {"sent": _letters}, sent=found.sent, looks=found.looks)
    said = partial(monitored.in_language, welsh=found.welsh, language=language)
    return page(request, language, "told", found=found, said=said, **shown)


@requires(Permission.PORTAL_READ)
@require_safe
def told_file(request: HttpRequest, language: Language) -> HttpResponse:  # noqa: ARG001  # the file is one in every language
    """The same to take away: a file that the person's own device checks. Its name tells nobody what it is."""
    return _download(queries.taken_away(actor=person_of(request)), "application/json", "page.json")


@requires(Permission.PORTAL_ASK)
@require_safe
def ask(request: HttpRequest, language: Language) -> HttpResponse:
    """What one may ask for, and what one asked for; after sending, the reference of what was sent last stands first."""
    requests = queries.requests(actor=person_of(request))
    sent = requests[0] if requests and "sent" in request.GET else None
    shown = parts(request.GET, _MOST, {"asked": _answer_letters}, asked=requests)
    return page(request, language, "ask", kinds=RequestKind, desk=DESK, sent=sent, **shown)


@requires(Permission.PORTAL_ASK)
def ask_for(request: HttpRequest, language: Language, kind: RequestKind) -> HttpResponse:
    """Open a request of that kind."""
    form = AskForm(_posted(request), language=language, kind=kind)
    if form.is_valid():
        do_ask(kind, form.cleaned_data["words"], actor=person_of(request))
        return HttpResponseRedirect(f"/{language.value}/ask/?sent")
    minutes = {"minutes": IDLE_MS // _MINUTE_MS, "longest": LONGEST_MS // _MINUTE_MS}
    return page(request, language, "ask-for", form=form, kind=kind, desk=DESK, hidden=HIDDEN, **minutes)


def _end_page(request: HttpRequest, language: Language, own: CertificateView | None) -> HttpResponse:
    if own is None:
        return page(request, language, "end", paper=None)
    paper, blocks = write(own.facts, language), in_parts_of_end(own.facts, language)
    return page(request, language, "end", ready=own.file is not None, paper=paper, blocks=blocks)


def _in(language: Language, token: str) -> HttpResponseRedirect:
    answer = HttpResponseRedirect(f"/{language.value}/now/")
    signin.sit(answer, token)
    return answer


def _refused(request: HttpRequest, language: Language, form: forms.Form, name: str, refusal: Refused) -> HttpResponse:
    """The form again with what to do, or how long to wait. What was typed as code or PIN is not sent back."""
    if isinstance(refusal, MustWait):
        return page(request, language, "wait", status=429, minutes=-(-refusal.wait_ms // _MINUTE_MS))
    if refusal.code == "weak-pin":
        form.add_error("pin_new", translate(language, "portal.refused.weak-pin", least=LEAST_DIGITS, most=MOST_DIGITS))
    else:
        form.add_error(None, translate(language, f"portal.refused.{refusal.code}"))
    return page(request, language, name, form=form)


def _download(content: bytes | str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _letters(line: SentLine) -> int:
    """How many bytes of a line are what an officer wrote, as the page writes it."""
    return sum(len(escape(term).encode()) for term in line.terms)


def _answer_letters(one: RequestView) -> int:
    """The same of a request: what the person said, and what they were answered."""
    return sum(len(escape(said).encode()) for said in (one.words, one.answer) if said)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
