"""Checks our own public site as a stranger does.

Rules
- A promised page answers in both languages, and contains the words that identify it.
- Only a person who answered that their message is about nobody sees the message box. Anybody else is led to the question (R-WEB-2).
- Each entry of the directory names the day when somebody checked it: within a year, and not in the future.
- Before anything is accepted, no answer sets a cookie and no page makes a browser fetch from another host (R-WEB-1). The site's own list
  gives the addresses, also those that only take a form (405).
- Each answer carries our faces' policy to the letter: a browser fetches from and sends to no other host, however a page spells it. The
  search for spellings cannot be complete.
"""

import http.client
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from django.utils.csp import build_policy

from offmon.core import clock as time
from offmon.core.ids import Count, Ms
from offmon.core.public.assurance import PROMISES, Control, ControlStanding, Observation
from offmon.server.base.web.permissions import doors
from offmon.server.base.web.wiring import SECURE_CSP
from offmon.server.oversight.anonymous_client import Face

LANGUAGES: Final = ("en", "cy")
_URLS: Final = "offmon.server.faces.website.urls"
_IN_A_LANGUAGE: Final = "<language:language>/"
_BOX: Final = "contact/write/?about=no"
_IN_THE_BOX: Final = b'name="message"'
CHECKED_WITHIN_MS: Final = 366 * time.DAY_MS
_CHECKED_ON: Final = re.compile(r'data-checked-on="([0-9-]*)"')
_POLICY: Final = build_policy(SECURE_CSP)
_FETCHES: Final = re.compile(
    rb"""<(?!a\b)[a-z](?:[^>"']|"[^"]*"|'[^']*')*?"""  # any tag but a link that somebody follows
    rb"""[\s"'/](?:[a-z:]*(?:src|srcset|href)|data|poster|background|action)\s*=\s*["']?(?:[^"'>]*[\s,])?(?:https?:)?//"""
    rb"""|(?:url\(|@import)\s*["']?(?:https?:)?//""",
    re.IGNORECASE,
)


def look(control: Control, site: Face, at: Ms) -> Observation:
    """One look at a control of the site. A site that does not answer fails."""
    try:
        looked, holds = _directory(site, at) if control is Control.DIRECTORY else _LOOKS[control](site)
    except (OSError, http.client.HTTPException):
        looked, holds = 0, False
    return Observation(control, ControlStanding.HOLDS if holds else ControlStanding.FAILS, Count(looked), at)


def _page(site: Face) -> tuple[int, bool]:
    """Each promise stands on the page, with its own anchor, in each language."""
    shown = [site.get(f"/{language}/safeguards/").body for language in LANGUAGES]
    found = [f'id="{promise.slug}"'.encode() in body for body in shown for promise in PROMISES]
    return len(found), all(found)


def _answers(pages: Mapping[str, bytes]) -> Callable[[Face], tuple[int, bool]]:
    """Each of these pages answers in each language, with the words by which it is known."""

    def look_there(site: Face) -> tuple[int, bool]:
        found = [
            answer.status == http.client.OK and words in answer.body
            for language in LANGUAGES
            for path, words in pages.items()
            for answer in [site.get(f"/{language}/{path}")]
        ]
        return len(found), all(found)

    return look_there


def _asks_first(site: Face) -> tuple[int, bool]:
    """The question and the box both answer; and without an answer to the question there is no box, but the way to the question."""
    looked, both_answer = _answers({"contact/": b'name="about_a_person"', _BOX: _IN_THE_BOX})(site)
    led = [
        answer.status == http.client.FOUND
        and answer.leads_to == f"/{language}/contact/"
        and _IN_THE_BOX not in answer.body
        for language in LANGUAGES
        for answer in [site.get(f"/{language}/{_BOX.partition('?')[0]}")]
    ]
    return looked + len(led), both_answer and all(led)


def _directory(site: Face, at: Ms) -> tuple[int, bool]:
    answers = [site.get(f"/{language}/contact/directory/") for language in LANGUAGES]
    days = [day for answer in answers for day in _CHECKED_ON.findall(answer.body.decode("utf-8", "replace"))]
    # ISO days are in order as text, and no day at all is the first of them.
    since, today = str(time.local_day(Ms(at - CHECKED_WITHIN_MS))), str(time.local_day(at))
    within = bool(days) and since <= min(days) and max(days) <= today
    return len(answers), within and all(answer.status == http.client.OK for answer in answers)


def _no_cookie(site: Face) -> tuple[int, bool]:
    clean = [
        (answer.status < http.client.BAD_REQUEST or answer.status == http.client.METHOD_NOT_ALLOWED)
        and not answer.sets_cookie
        and answer.policy == _POLICY
        and _FETCHES.search(answer.body) is None
        for answer in map(site.get, addresses())
    ]
    return len(clean), all(clean)


@cache
def addresses() -> tuple[str, ...]:
    """Every address of the site, in each language where it has one; but for files, of which each answer has the same frame."""
    routes = [door.route for door in doors(_URLS)]
    plain = [f"/{route}" for route in routes if "<" not in route]
    spoken = [
        f"/{language}/{route.removeprefix(_IN_A_LANGUAGE)}"
        for route in routes
        if route.startswith(_IN_A_LANGUAGE) and "<" not in route.removeprefix(_IN_A_LANGUAGE)
        for language in LANGUAGES
    ]
    return tuple(sorted({*plain, *spoken, *(f"/{language}/{_BOX}" for language in LANGUAGES)}))


_LOOKS: Final[Mapping[Control, Callable[[Face], tuple[int, bool]]]] = {
    Control.PAGE: _page,
    Control.CONTACT_PAGE: _asks_first,
    Control.PRIVACY_PAGE: _answers({"privacy/": b'id="roles"'}),
    Control.NO_COOKIE: _no_cookie,
}
LOOKED_AT: Final = frozenset({*_LOOKS, Control.DIRECTORY})
