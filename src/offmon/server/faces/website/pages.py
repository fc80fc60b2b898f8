"""What every page of the site shows, in its language. The one place that counts a visit."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from offmon.core.public import analytics_consent
from offmon.core.public.analytics_consent import GivenConsent
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.web.languages import say_around, spoken
from offmon.server.base.web.witnessed import witnessed
from offmon.server.faces.website import published
from offmon.server.faces.website.cookies import CHOICE
from offmon.server.oversight.actions import do_count_page
from offmon.words.agency_text import Parts
from offmon.words.catalogue import Language

NAVIGATION: Final = ("how", "safeguards", "collected", "person", "contact")
FOOTER: Final = ("family", "victims", "experts", "figures", "complaints", "privacy", "cookies", "accessibility")


def page(
    request: HttpRequest, language: Language, name: str, template: str = "article", **context: Any
) -> HttpResponse:
    """A page of `jinja2/website/`. It is counted if the visitor accepted that, and only then (R-WEB-1)."""
    given = choice_of(request)
    if request.method == "GET":
        do_count_page(name, given)
    shared = {
        **spoken(request, language),
        "name": name,
        "asks": given is None,
        "counted": None if given is None else analytics_consent.may_count(given),
        "asked": [_asked(language, agency) for agency in agencies.agencies()],
        "witnesses": _witnesses(language),
        "navigation_names": NAVIGATION,
        "footer_names": FOOTER,
    }
    return render(request, f"website/{template}.html", {**shared, **context})


def choice_of(request: HttpRequest) -> GivenConsent | None:
    """What this visitor chose about being counted; None: nothing yet."""
    return analytics_consent.read(request.COOKIES.get(CHOICE.name))


def _asked(language: Language, agency: agencies.AgencyView) -> Parts:
    """Whom to ask at an agency. Whom its staff call at night is theirs, and on no public page."""
    return say_around(language, "site.frame.ask", {"agency": agency.name, "contact": agency.contact})


def _witnesses(language: Language) -> list[Parts]:
    trust = published.trust()
    return witnessed(language, trust.witnesses_at(clock.now()) if trust else ())
