"""The people on a page are the people consulted: one entry a subject, on every page (R-DPA-15)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from offmon.core.access.roles import Permission, Role, may
from offmon.core.ids import Id
from offmon.core.log.audit import Operation, Verb
from offmon.server.base.vault import VaultClient
from tests.integration.console.addresses import LEADS_ON, Addresses
from tests.integration.console.office import Office, sign_in, sign_in_as
from tests.support.story import Story
from tests.support.vault import answering
from tests.unit.server.faces.matrix import ROLES, Whose, is_guest

LISTS = {"/alerts/", "/cases/", "/tasks/", "/requests/", "/restrictions/"}  # the pages that list people
DESK = "/data-protection/"  # several lists in one, of the data protection officer alone: an entry a person and list
AS_WHOM = [
    (role, whose)
    for role in ROLES
    for whose in (Whose.OWN, Whose.PARTYS)
    if whose is Whose.OWN or is_guest(role, whose)
]


@pytest.mark.parametrize(("role", "whose"), AS_WHOM)
def test_the_subjects_shown_are_the_subjects_logged(addresses: Addresses, role: Role, whose: Whose) -> None:
    """Each page that opens, and each that answers a form. A guest's consultations too stand in the run of the agency that leads."""
    office, case = addresses.office, addresses.office.story.case
    people = {case: "Sam Invented", addresses.second: "Pat Otherwise"}
    browser = sign_in_as(office, role, whose)
    browser.handler.enforce_csrf_checks = False
    paths = [path for _, path in addresses.pages()]
    occurrence = next(path for path in paths if "/occurrences/" in path and not path.endswith("/seal/"))
    # Sent empty, a form that asks for something comes back with the person on it, and one that asks for nothing is done. Signing out
    # comes last; a page of a document is no form, and is asked for twice.
    again = [path for path in paths if "/pages/" in path]
    forms = sorted(set(paths) - set(again), key=lambda path: (path == "/sign-out/", paths.index(path)))
    with vault_behind(office.story):
        answers = {("asked for", path): browser.get(path) for path in paths}
        answers |= {("asked again", path): browser.get(path) for path in again}
        for path in (path for path in forms if answers["asked for", path].status_code == 200):
            given = {"why": "To see what it is"} if path == occurrence else {}
            answers["sent", path] = browser.post(path, given)
    told = {path: line.expected(role, whose) for line, path in addresses.pages() if line.route not in LEADS_ON}
    assert {path: answers["asked for", path].status_code for path in told} == told
    pages = {page: answer for page, answer in answers.items() if answer.status_code == 200}
    text = {page: answer.content.decode(errors="replace") for page, answer in pages.items()}  # a page image is one too
    logged = _consulted(office)
    # An end certificate is a file of one case, which names it by its id.
    shown = {
        page: {
            one
            for one, name in people.items()
            if name in text[page]
            or (page[1].endswith("/file/") and one in text[page])
            or ("/known-devices/" in page[1] and "/pages/" in page[1] and one == case)  # a picture, without its text
            or (page[1].startswith("/transfers/") and one == addresses.second)  # by its reference, and no name
        }
        for page in pages
    }
    assert shown == {page: logged.get(answer["X-Request-Id"], set()) for page, answer in pages.items()}
    # Each list that opens showed both, and no page but a list does: one that is new is to be named above.
    # The start page lists whom something waits about, which is not both for each.
    assert {path for how, path in shown if how == "asked for" and shown[how, path] == {*people}} - {"/"} == {
        path for how, path in pages if how == "asked for" and path in LISTS | {DESK}
    }
    revealed = "https://listed.invalid/" in text.get(("sent", occurrence), "")
    assert revealed == may(role, Permission.CONTENT_REVEAL, guest=is_guest(role, whose))
    assert [one.case for one in office.story.entries(Verb.CONTENT_REVEALED)] == [case] * revealed


def test_a_list_of_two_people_is_two_entries_of_one_request(addresses: Addresses) -> None:
    office, officer = addresses.office, sign_in("officer")
    for path in LISTS:
        answer = officer.get(path)
        entries = [one for one in office.story.entries(*Verb) if one.request == answer["X-Request-Id"]]
        assert sorted(one.case or "" for one in entries) == sorted([office.story.case, addresses.second]), path
        assert len({one.session for one in entries}) == 1


@contextmanager
def vault_behind(story: Story, *verbs: str) -> Iterator[None]:
    """The vault itself does what the console asks for, as its own role: between two actions of the console no transaction is open."""

    def relayed(verb: str) -> Callable[[VaultClient, Id], object]:
        ask = getattr(VaultClient, verb)

        def relay(_: VaultClient, one: Id) -> object:
            with answering(story) as vault:
                return ask(vault, one)

        return relay

    relays: dict[str, Any] = {verb: relayed(verb) for verb in verbs or ("reveal",)}
    with patch.multiple(VaultClient, **relays):
        yield


def _consulted(office: Office) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entry in office.story.entries(*Verb):
        if entry.operation is Operation.CONSULTATION and entry.request and entry.case:
            found.setdefault(entry.request, set()).add(entry.case)
    return found
