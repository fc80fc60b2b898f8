"""The officer's part of the person's page: a sign-in code shown once, and the person's requests (issue 3; R-RGT-12)."""

import re

from offmon.core.access.portal_access import WayIn
from offmon.core.person.deadlines import RequestKind
from tests.integration.console.office import Office, send, sign_in
from tests.integration.portal.person import Person, draws, portal

GIVEN = re.compile(r"([a-z]{8})</span>.*?([A-Z2-9]{5}-[A-Z2-9]{5})</span>", re.S)


def test_an_officer_gives_the_person_a_way_in_and_sees_what_they_ask(office: Office) -> None:
    story, browser = office.story, sign_in("officer")
    browser.raise_request_exception = True
    case = f"/cases/{story.case}/"
    assert "None created" in browser.get(f"{case}requests/").content.decode()
    shown = GIVEN.search(send(browser, f"{case}sign-in-code/").content.decode())
    assert shown is not None
    assert ", not used yet" in browser.get(f"{case}requests/").content.decode()
    assert not GIVEN.search(browser.get(f"{case}sign-in-code/").content.decode())
    person = Person(story)
    with portal(story):
        assert person.begins(WayIn(shown[1], shown[2])).status_code == 302
        assert person.send(f"/en/ask/{RequestKind.OBJECTION}/", words="inert marker of mine").status_code == 302
    with office.running():
        page = browser.get(f"{case}requests/").content.decode()
    assert ", used " in page
    assert "Objects" in page
    assert "answer by" in page
    assert "inert marker of mine" in page


def test_an_officer_sees_that_the_person_came_in_by_a_code_from_their_device(office: Office) -> None:
    story, browser = office.story, sign_in("officer")
    case = f"/cases/{story.case}/"
    given = draws(story)
    with office.running():
        assert "None created" in browser.get(f"{case}requests/").content.decode()  # it counts once it is used
    with portal(story):
        assert Person(story).begins(given).status_code == 302
    with office.running():
        page = browser.get(f"{case}requests/").content.decode()
    assert re.search(r"Created on their device \d.*, used \d", page)
    assert given.name not in page
