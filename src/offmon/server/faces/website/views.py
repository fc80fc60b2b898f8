"""Every page of the site."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Final

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from offmon.core import clock as time
from offmon.core.ids import Ms, Slug
from offmon.core.public import analytics_consent
from offmon.core.public.assurance import ControlStanding, published_standing
from offmon.core.public.assurance import published as figure_of
from offmon.server.base import clock
from offmon.server.base.web.permissions import public
from offmon.server.faces.website import alert_figures, published
from offmon.server.faces.website import collected as inventory
from offmon.server.faces.website import directory as register
from offmon.server.faces.website.articles import line, sections
from offmon.server.faces.website.cookies import CHOICE, COOKIES, put
from offmon.server.faces.website.forms import AboutForm, WriteForm
from offmon.server.faces.website.groups import GROUPS
from offmon.server.faces.website.pages import choice_of, page
from offmon.server.oversight import queries as oversight
from offmon.server.oversight.actions import do_keep_enquiry, do_record_choice
from offmon.words.catalogue import Language
from offmon.words.dates import day, moment

THREAD: Final = ("order", "confirmed", "notice", "collects", "alert", "decision", "bundle")
"""The steps of the home page's picture, by the names of their words and drawings."""


@public("it shows nothing and only leads on, to the page in English")
@require_safe
def start(_request: HttpRequest) -> HttpResponse:
    """English first; the other language is one link away on each page."""
    return redirect("home", Language.ENGLISH)


def article(name: str) -> Callable[..., HttpResponseBase]:
    """The view of a page that is all words."""

    @public("words for everyone, the same for each")
    @require_safe
    def show(request: HttpRequest, language: Language) -> HttpResponse:
        return page(request, language, name, sections=sections(language, name))

    return show


@public("words for everyone, the same for each")
@require_safe
def home(request: HttpRequest, language: Language) -> HttpResponse:
    """What it is, with the thread from an order to a verified bundle drawn."""
    return page(request, language, "home", "home", sections=sections(language, "home"), steps=THREAD)


@public("words for everyone, the same for each")
@require_safe
def how(request: HttpRequest, language: Language) -> HttpResponse:
    """How it works, with the thread drawn."""
    return page(request, language, "how", "how", sections=sections(language, "how"))


@public("the inventory of what leaves a device, and nothing that did")
@require_safe
def collected(request: HttpRequest, language: Language) -> HttpResponse:
    """Every field that can leave a device, from the inventory itself."""
    return page(
        request,
        language,
        "collected",
        "collected",
        sections=sections(language, "collected"),
        record=inventory.of_a_record(language),
        device=inventory.of_the_device(language),
        never=inventory.never(language),
    )


@public("what is published, and its digests")
@require_safe
def experts(request: HttpRequest, language: Language) -> HttpResponse:
    """What an expert takes away: the trust file, the verifier and the specifications, each with its digest."""
    found = published.in_order()
    return page(request, language, "experts", "experts", sections=sections(language, "experts"), files=found)


@public("how promises stand; numbers of people below ten are not told apart")
@require_safe
def safeguards(request: HttpRequest, language: Language) -> HttpResponse:
    """Each promise, how it is enforced, how it can be checked, and how it stands now."""
    now = clock.now()
    standing = {seen.promise.slug: seen for seen in oversight.promises(now)}
    shown = [(group, [standing[Slug(slug)] for slug in slugs]) for group, slugs in GROUPS]
    kept = sum(seen.standing is ControlStanding.HOLDS for seen in standing.values())
    still_open = [
        (one, [seen.promise for _, lines in shown for seen in lines if seen.standing is one])
        for one in ControlStanding
        if one is not ControlStanding.HOLDS
    ]
    return page(
        request,
        language,
        "safeguards",
        "safeguards",
        groups=shown,
        never=inventory.never(language),
        still_open=[(one, promises) for one, promises in still_open if promises],
        kept=kept,
        of=len(standing),
        now=now,
        moment=partial(moment, language),
        written=partial(day, language),
        figure_of=figure_of,
        line=partial(line, language),
        address=settings.OFFMON_WEBSITE_URL,
    )


@public("how promises stand, for programs")
@require_safe
def safeguards_as_data(_request: HttpRequest) -> HttpResponse:
    """The same for programs: the newest look at each control, its standing and figure as the page has them, a paper's issuer and end.

    `offmon assure` judges them by the same rule, with its own clock.
    """
    looks = {
        look.control: {
            "standing": published_standing(look),
            "at": look.at,
            "figure": figure_of(look),
            "paper": None if look.paper is None else asdict(look.paper),
        }
        for look in oversight.looks().values()
    }
    return JsonResponse({"type": "offmon/assurance@1", "at": clock.now(), "looks": looks})


@public("figures of whole months in tens; no number below ten is told")
@require_safe
def figures(request: HttpRequest, language: Language) -> HttpResponse:
    """How many alerts of each agency were looked at in time, by month: drawn, and as a table."""
    return page(
        request,
        language,
        "figures",
        "figures",
        sections=sections(language, "figures"),
        agencies=alert_figures.shown(language),
        outcomes=alert_figures.outcomes(language),
    )


@public("the same figures, for programs")
@require_safe
def figures_as_data(_request: HttpRequest) -> HttpResponse:
    """The same for programs, by the origin of the agency's log: the least of each ten, null for fewer than ten."""
    return JsonResponse({"type": "offmon/alert-figures@1", "agencies": alert_figures.as_data()})


@public("a question to the visitor; the answer is not kept")
@csrf_exempt  # no session to abuse, and its token would be a cookie; the form tells where it leads, and nothing is written
def contact(request: HttpRequest, language: Language) -> HttpResponse:
    """Is it about a person? Asked before any box (R-WEB-2)."""
    form = AboutForm(_posted(request), language=language)
    if form.is_valid():
        about = form.cleaned_data["about_a_person"] == "yes"
        return redirect("directory", language) if about else redirect(_box(language))
    return page(request, language, "contact", "contact", form=form)


@public("whom to ask, as the agencies publish it")
@require_safe
def directory(request: HttpRequest, language: Language) -> HttpResponse:
    """Whom to ask about a person. No form."""
    return page(
        request,
        language,
        "directory",
        "directory",
        entries=register.entries(language),
        written=lambda on: day(language, time.start_of_day(on)),
    )


@public("anybody may write to us; what is about a person is refused")
@csrf_exempt  # as above; what is sent is an enquiry, which anybody may send
def write(request: HttpRequest, language: Language) -> HttpResponse:
    """A short message that is about nobody. What is refused is kept nowhere.

    Whoever comes here by another way than the answer to the question is led to the question (R-WEB-2).
    """
    if request.method != "POST" and request.GET.getlist("about") != ["no"]:
        return redirect("contact", language)
    form = WriteForm(_posted(request), language=language)
    if form.is_valid():
        do_keep_enquiry(form.cleaned_data["message"], form.cleaned_data["reply"])
        return redirect("sent", language)
    here = {"back": _box(language), "other_path": _box(language.other)}
    return page(request, language, "write", "write", form=form, **here)


@public("that a message arrived, and nothing of it")
@require_safe
def sent(request: HttpRequest, language: Language) -> HttpResponse:
    """That the message arrived."""
    return page(request, language, "sent", "sent")


@public("the visitor’s own choice, from their own cookie")
@require_safe
def cookies(request: HttpRequest, language: Language) -> HttpResponse:
    """The table of the cookies that there are, and the choice."""
    given = choice_of(request)
    return page(
        request, language, "cookies", "cookies", sections=sections(language, "cookies"), given=given, cookies=COOKIES
    )


@public("it keeps the visitor’s own choice, and nothing by which to know them")
@csrf_exempt  # it can set no more than the visitor's own choice, and only from a page of ours (below)
@require_POST
def choose(request: HttpRequest, language: Language) -> HttpResponse:
    """Keep the visitor's choice: in their own cookie, and as a line that tells nobody apart."""
    if not _is_from_ours(request):
        return HttpResponseForbidden()
    given = analytics_consent.chosen(choice_of(request), accepts=request.POST.get("choice") == "accepted")
    do_record_choice(given)
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}) and back.startswith("/")
    answer = HttpResponseRedirect(back if safe else reverse("cookies", args=[language]))
    put(answer, CHOICE, str(given))
    return answer


@public("what is published, by its name")
@require_safe
def file(_request: HttpRequest, name: str) -> HttpResponse:
    """One of the published files."""
    found = published.files().get(name)
    if found is None:
        raise Http404
    answer = HttpResponse(found.body, content_type=found.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer["Cache-Control"] = "no-cache"
    return answer


@public("where to report a weakness (RFC 9116)")
@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116). The address is the one that visitors have, and not the one behind a proxy.

    It leads to the question and not to the box: nobody is offered a box before they were asked whether it is about a person (R-WEB-2).
    """
    site = settings.OFFMON_WEBSITE_URL
    until = time.utc_text(time.start_of_day(time.local_day(Ms(clock.now() + 180 * time.DAY_MS))))
    lines = [
        f"Contact: {site}{reverse('contact', args=[Language.ENGLISH])}",
        f"Expires: {until}",
        "Preferred-Languages: en, cy",
        f"Canonical: {site}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _box(language: Language) -> str:
    """Where the box is, for whoever said that it is about no person. The answer is in the address, and nothing else keeps it."""
    return f"{reverse('write', args=[language])}?about=no"


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent; an empty form that was sent is one with errors, and not one that was never sent."""
    return request.POST if request.method == "POST" else None


def _is_from_ours(request: HttpRequest) -> bool:
    """Whether a browser sent this from a page of ours: it says so itself, or names the host. One that says neither is very old."""
    said, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if said is not None:
        return said == "same-origin"
    return origin is None or origin.partition("://")[2] == request.get_host()
