"""Who is on a page was consulted, and who was consulted is on the page: one entry a subject, whatever the page (R-DPA-15)."""

import pytest

from offmon.core.audit import Operation, Verb
from offmon.core.roles import Role
from tests.integration.console.addresses import Addresses
from tests.integration.console.office import Office, sign_in, sign_in_as
from tests.unit.server.faces.matrix import ROLES, Whose, is_guest

AS_WHOM = [
    (role, whose)
    for role in ROLES
    for whose in (Whose.OWN, Whose.PARTYS)
    if whose is Whose.OWN or is_guest(role, whose)
]


@pytest.mark.parametrize(("role", "whose"), AS_WHOM)
def test_the_subjects_shown_are_the_subjects_logged(office: Office, role: Role, whose: Whose) -> None:
    """A guest's consultations too stand in the run of the agency that leads the case."""
    addresses = Addresses.of(office)
    people = {office.story.case: "Sam Invented", addresses.second: "Pat Otherwise"}
    browser = sign_in_as(office, role, whose)
    pages = {}
    for _, path in addresses.pages():
        answer = browser.get(path)
        if answer.status_code == 200:
            text = answer.content.decode(errors="replace")  # a page image is an answer too
            shown = {case for case, name in people.items() if name in text}
            pages[path] = (answer["X-Request-Id"], shown)
    logged = _consulted(office)
    assert {path: shown for path, (_, shown) in pages.items()} == {
        path: logged.get(request, set()) for path, (request, _) in pages.items()
    }


def test_a_list_of_two_people_is_two_entries_of_one_request(office: Office) -> None:
    addresses = Addresses.of(office)
    answer = sign_in("officer").get("/cases/")
    entries = [one for one in office.story.entries(Verb.CASE_CONSULTED) if one.request == answer["X-Request-Id"]]
    assert sorted(one.case or "" for one in entries) == sorted([office.story.case, addresses.second])
    assert len({one.session for one in entries}) == 1


def _consulted(office: Office) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entry in office.story.entries(*Verb):
        if entry.operation is Operation.CONSULTATION and entry.request and entry.case:
            found.setdefault(entry.request, set()).add(entry.case)
    return found
