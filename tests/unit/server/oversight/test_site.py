"""The site's own pages for a promise are checked as a stranger would: a missing page turns its line red (issue 3)."""

from dataclasses import dataclass, replace

import pytest
from django.http import HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.test import RequestFactory, override_settings

from offmon.core.ids import Ms
from offmon.core.public.assurance import Control, ControlStanding
from offmon.server.base.web import wiring
from offmon.server.oversight.anonymous_client import AnonymousResponse, Face
from offmon.server.oversight.site import addresses, look

WORDS = {
    Control.PRIVACY_PAGE: {"privacy/": b'<h2 id="roles">'},
    Control.CONTACT_PAGE: {
        "contact/": b'name="about_a_person"',
        "contact/write/?about=no": b'<textarea name="message">',
    },
}
ASKED_FIRST = {
    f"/{language}/contact/write/": AnonymousResponse(302, False, b"", f"/{language}/contact/")
    for language in ("en", "cy")
}
NOT_FOUND = AnonymousResponse(404, False, b"")


@dataclass(frozen=True, slots=True)
class Pages(Face):
    """A site that answers with these pages, and knows no other."""

    pages: dict[str, AnonymousResponse]

    def get(self, path: str) -> AnonymousResponse:
        return self.pages.get(path, NOT_FOUND)


def pages_of(control: Control) -> dict[str, AnonymousResponse]:
    """The pages that the control asks for, in both languages, with the words that it looks for."""
    there = {name: AnonymousResponse(200, False, words) for name, words in WORDS[control].items()}
    return {f"/{language}/{name}": answer for language in ("en", "cy") for name, answer in there.items()}


def stands(control: Control, pages: dict[str, AnonymousResponse]) -> ControlStanding:
    return look(control, Pages("", "", pages), Ms(1)).standing


@pytest.mark.parametrize("control", WORDS)
def test_a_page_that_is_there_in_both_languages_holds_and_one_that_is_gone_fails(control: Control) -> None:
    whole = pages_of(control)
    there = whole | ASKED_FIRST
    assert stands(control, there) is ControlStanding.HOLDS
    for path, answer in whole.items():
        for broken in (NOT_FOUND, AnonymousResponse(500, False, answer.body)):
            assert stands(control, {**there, path: broken}) is ControlStanding.FAILS
        assert stands(control, {**there, path: AnonymousResponse(200, False, b"another page")}) is ControlStanding.FAILS


@pytest.mark.parametrize("path", ASKED_FIRST)
def test_a_box_that_is_offered_before_the_question_whether_it_is_about_a_person_fails(path: str) -> None:
    control = Control.CONTACT_PAGE
    whole = pages_of(control) | ASKED_FIRST
    for answer in (
        AnonymousResponse(200, False, b'<textarea name="message">'),
        AnonymousResponse(302, False, b"", "/en/contact/directory/"),
        AnonymousResponse(302, False, b'<textarea name="message">', ASKED_FIRST[path].leads_to),
        AnonymousResponse(302, False, b""),
        NOT_FOUND,
    ):
        assert stands(control, {**whole, path: answer}) is ControlStanding.FAILS


def policy() -> str:
    """What a page of ours says of what a browser may fetch: as Django writes it, of what our faces tell it."""
    asked, answer = RequestFactory().get("/"), HttpResponse()
    with override_settings(SECURE_CSP=wiring.SECURE_CSP):
        ContentSecurityPolicyMiddleware(lambda _: answer)(asked)
    return answer.headers["Content-Security-Policy"]


CLEAN = AnonymousResponse(200, False, b'<img src="/static/a.png"><a href="https://www.gov.uk/">', policy=policy())


def test_every_address_of_the_site_is_asked_for_a_cookie_and_for_what_a_browser_would_fetch_elsewhere() -> None:
    clean = dict.fromkeys(addresses(), CLEAN)
    assert len(clean) > 30
    some = {"/", "/cy/contact/write/", "/cy/contact/write/?about=no", "/en/families/", "/en/cookies/choose/"}
    assert some | {"/safeguards.json"} <= set(clean)
    assert stands(Control.NO_COOKIE, clean) is ControlStanding.HOLDS
    refuses = replace(CLEAN, status=405, body=b"")
    for path in clean:
        assert stands(Control.NO_COOKIE, {**clean, path: refuses}) is ControlStanding.HOLDS
        for broken in (
            NOT_FOUND,
            replace(CLEAN, status=500),
            replace(CLEAN, sets_cookie=True),
            replace(refuses, sets_cookie=True),
            replace(CLEAN, body=b'<script src="https://elsewhere.example/a.js">'),
            replace(CLEAN, policy=None),
            replace(refuses, policy=None),
        ):
            assert stands(Control.NO_COOKIE, {**clean, path: broken}) is ControlStanding.FAILS, path


@pytest.mark.parametrize(
    "fetches",
    [
        '<img src="https://elsewhere.example/p.gif">',
        '<IMG SRC="https://elsewhere.example/p.gif">',
        "<img src='https://elsewhere.example/p.gif'>",
        "<img src=https://elsewhere.example/p.gif>",
        '<img alt=">" src = "HTTPS://elsewhere.example/p.gif">',
        '<img src="//elsewhere.example/p.gif">',
        '<img srcset="/a.png 1x, https://elsewhere.example/p.gif 2x">',
        '<embed src="https://elsewhere.example/p">',
        '<video\nsrc="https://elsewhere.example/p"></video>',
        '<video poster="https://elsewhere.example/p"></video>',
        '<input type="image" src="https://elsewhere.example/p">',
        '<svg><image href="https://elsewhere.example/p"/><use xlink:href="https://elsewhere.example/p"/></svg>',
        '<link rel="preconnect" href="https://elsewhere.example/">',
        "<style>@import url(https://elsewhere.example/p.css)</style>",
        '<style>@import "https://elsewhere.example/p.css"</style>',
        '<body style="background:url(https://elsewhere.example/p)">',
        "<body style='background:URL( \"//elsewhere.example/p\" )'>",
        '<body background="https://elsewhere.example/p">',
        '<base href="https://elsewhere.example/">',
        '<object data="https://elsewhere.example/p"></object>',
        '<iframe src="https://elsewhere.example/p"></iframe>',
        '<form action="https://elsewhere.example/p">',
    ],
)
def test_a_page_that_names_another_host_to_fetch_from_fails_however_it_spells_it(fetches: str) -> None:
    clean = dict.fromkeys(addresses(), CLEAN)
    page = {"/en/privacy/": replace(CLEAN, body=f"<p>{fetches}</p>".encode())}
    assert stands(Control.NO_COOKIE, clean | page) is ControlStanding.FAILS


@pytest.mark.parametrize(
    "says",
    [
        policy().replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
        policy().replace("img-src 'self'", "img-src 'self' https://elsewhere.example"),
        policy().replace("default-src 'none'; ", ""),
        "",
    ],
)
def test_a_page_that_lets_a_browser_fetch_more_than_the_pages_of_our_faces_do_fails(says: str) -> None:
    """Under the policy a browser fetches nothing of a third party, however it is spelled; the list above cannot be whole."""
    clean = dict.fromkeys(addresses(), CLEAN)
    page = {"/en/privacy/": replace(CLEAN, policy=says)}
    assert stands(Control.NO_COOKIE, clean | page) is ControlStanding.FAILS


@pytest.mark.parametrize("control", WORDS)
def test_a_site_that_does_not_answer_fails(control: Control) -> None:
    assert look(control, Face("127.0.0.1:9", "nowhere"), Ms(1)).standing is ControlStanding.FAILS
