"""A portal page about a person makes one entry. A page without an entry is the same for everybody.

The addresses come from the portal's own urls, in each language, form and kind. A new one needs a decision here which entry its page makes
(issue 2, "Reads"; R-DPA-15).
"""

import re
from collections import defaultdict
from typing import Any

from django.http import HttpResponse

from offmon.core.access.roles import Role
from offmon.core.ids import Id
from offmon.core.log.audit import Operation, Verb
from tests.integration.portal.person import Person, portal
from tests.support.story import Story
from tests.unit.server.faces.matrix import elsewhere, filled

type Look = tuple[Verb, Id | None, Id, Role, str | None]

LOGGED_AS = {
    "now/": "now",
    "end/": "end",
    "end/file/": "end",
    "stop/": "agreed",
    "never/": "never",
    "notice/": "notice",
    "notice/<form:form>/": "notice",
    "told/": "told",
    "told/file/": "told-file",
    "ask/": "requests",
    "ask/<kind:kind>/": None,  # the empty form to ask by
}
ROUTES = {line.route: line.permission is not None for line in elsewhere("portal")}
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def decided(route: str) -> str | None:
    """Which page the entry names; None where the address writes none. KeyError for a page of a person that nobody decided on."""
    return LOGGED_AS[route.removeprefix("<language:language>/")] if ROUTES[route] else None


def same(answer: HttpResponse) -> bytes:
    """What it says, less what is drawn anew for each answer: the token of a form, and the number of a request that was refused."""
    return TOKEN.sub(b"", answer.content).replace(answer["X-Request-Id"].encode(), b"")


def opened(person: Person, route: str) -> dict[str, Any]:
    """What each path of an address answers them."""
    return {path: person.browser.get(path) for path in filled(route)}


def looks(story: Story) -> dict[Id, list[Look]]:
    """Whose case was consulted by whom, by request."""
    found = defaultdict(list)
    for one in story.entries(*Verb):
        if one.operation is Operation.CONSULTATION and one.request:
            found[one.request].append((one.verb, one.case, one.actor.id, one.actor.role, one.reason))
    return found


def test_every_page_of_a_person_is_decided_on_and_no_other() -> None:
    pages = {route.removeprefix("<language:language>/") for route, of_a_person in ROUTES.items() if of_a_person}
    assert pages == LOGGED_AS.keys()


def test_each_page_that_a_person_reads_is_one_entry_of_theirs(story: Story, two: dict[Id, Person]) -> None:
    with portal(story):
        answers = {route: opened(two[story.case], route) for route in ROUTES}
    logged = looks(story)
    for route, given in answers.items():
        page = decided(route)
        entry = (Verb.PERSON_LOOKED, story.case, story.case, Role.SUPERVISED_PERSON, page)
        for path, answer in given.items():
            assert logged.get(answer["X-Request-Id"], []) == [entry] * (page is not None), path
            assert answer.status_code == 200 or not ROUTES[route], path


def test_a_page_without_an_entry_is_the_same_for_everybody(story: Story, two: dict[Id, Person]) -> None:
    """To the byte: so it shows no subject, and an entry would name one who was not shown."""
    silent = [route for route in ROUTES if decided(route) is None]
    with portal(story):
        ones, others = ({route: opened(person, route) for route in silent} for person in two.values())
    for route in silent:
        for path, answer in ones[route].items():
            assert same(answer) == same(others[route][path]), path
