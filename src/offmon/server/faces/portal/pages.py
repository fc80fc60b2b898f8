"""What every page of the portal has: language and words. Once someone is known, also navigation, staffed hours and the log's witness."""

from functools import partial
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from offmon.core import clock as time
from offmon.core.formats.event import Gravity
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.trusted import witnesses
from offmon.server.base.web.languages import say_around, spoken
from offmon.server.base.web.permissions import actor_of
from offmon.server.base.web.witnessed import witnessed
from offmon.words import dates
from offmon.words.agency_text import Parts
from offmon.words.catalogue import Language

NAVIGATION: Final = ("now", "never", "notice", "told", "ask")


def page(request: HttpRequest, language: Language, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of `jinja2/portal/`."""
    actor = actor_of(request)
    shared = {
        **spoken(request, language),
        "name": name,
        "hours": hours(language, lead(actor)) if isinstance(actor, Actor) else None,
        "witnesses": witnessed(language, witnesses(clock.now())) if isinstance(actor, Actor) else [],
        "navigation_names": NAVIGATION if isinstance(actor, Actor) else (),
        "day": partial(dates.day, language),
        "last_day": partial(dates.last_day, language),
        "moment": partial(dates.moment, language),
        "written": lambda on: dates.day(language, time.start_of_day(on)),
    }
    return render(request, f"portal/{name}.html", {**shared, **context}, status=status)


def person_of(request: HttpRequest) -> Actor:
    """Who acts. Every view that asks stands behind `@requires`, so somebody does."""
    actor = actor_of(request)
    if not isinstance(actor, Actor):
        raise PermissionDenied
    return actor


def lead(actor: Actor) -> agencies.AgencyView:
    """The agency that leads the person's case now."""
    if actor.case is None:
        return agencies.agency(actor.agency)
    with scope(actor):
        return agencies.lead_of(actor.case)


def hours(language: Language, agency: agencies.AgencyView) -> Parts:
    """Which hours are watched, and who is called in the others."""
    if not agency.office_hours:
        return say_around(language, "portal.frame.unset", {"agency": agency.name})
    called = agency.on_call
    return say_around(
        language,
        "portal.frame.hours",
        {
            "agency": agency.name,
            "hours": agency.office_hours,
            "urgent": called[Gravity.URGENT],
            "high": called[Gravity.HIGH],
            "standard": called[Gravity.STANDARD],
        },
    )
