"""Staff of a party agency see at sign-in where a possible breach waits, and reach it in one press (issue 4)."""

import re

from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.log.audit import Verb
from tests.integration.console.office import (
    Office,
    decide,
    hidden,
    send,
    sign_in,
    sign_in_as,
    sign_in_name,
)
from tests.unit.server.faces.matrix import Whose

LEAD = "An invented force"
WAITS = f"1 possible breach waits on cases of {LEAD}"


def at_home(role: Role, whose: Whose) -> Client:
    """Someone who has just signed in, and chose nothing."""
    return sign_in(sign_in_name(role, whose))


def seen(browser: Client, path: str = "/") -> str:
    """The page, as it is read: one space where the page has several."""
    text = browser.get(path, follow=True).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_a_partner_is_told_where_a_breach_waits_and_is_there_in_one_press(office: Office) -> None:
    browser = at_home(Role.OFFENDER_MANAGER, Whose.PARTYS)
    page = seen(browser)
    assert WAITS in page
    assert "Working for (1 waiting elsewhere)" in page
    assert "Sam Invented" not in page
    assert "No alerts to decide." not in page
    answer = browser.post("/working-for/", hidden(browser.get("/alerts/")))
    assert answer.status_code == 302
    there = seen(browser)
    assert "Sam Invented" in there
    assert "Alerts (1)" in there
    assert "waiting elsewhere" not in there


def test_a_guest_is_told_what_waits_at_home_too(office: Office) -> None:
    """The count is of every agency that one works for and is not at now; one's own is one of them."""
    browser = sign_in_as(office, Role.SUPERVISOR, Whose.PARTYS)
    assert "Alerts (1)" in seen(browser)
    assert send(browser, "/working-for/", agency=office.other_agency).status_code == 302
    assert WAITS in seen(browser)


def test_what_is_decided_waits_no_more_and_what_follows_does(office: Office) -> None:
    guest, [alert] = sign_in_as(office, Role.OFFENDER_MANAGER, Whose.PARTYS), office.story.alerts
    guest.get(f"/alerts/{alert}/")
    owner = office.staff[Role.OFFENDER_MANAGER, Whose.PARTYS]
    given = {"outcome": "visit", "reason": "It is clear.", "owner": owner}
    answer = decide(guest, alert, **given)
    assert answer.status_code == 302, answer.content.decode()
    page = seen(at_home(Role.SUPERVISOR, Whose.PARTYS))
    assert f"1 task waits on cases of {LEAD}" in page
    assert "possible breach waits" not in page


def test_a_count_is_of_the_cases_that_are_open_to_them(office: Office) -> None:
    guest = office.staff[Role.OFFENDER_MANAGER, Whose.PARTYS]
    assert (
        send(sign_in("officer"), f"/cases/{office.story.case}/people/{guest}/end/", reason="Moved").status_code == 302
    )
    for someone in (
        at_home(Role.OFFENDER_MANAGER, Whose.PARTYS),
        at_home(Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS),
        at_home(Role.OFFENDER_MANAGER, Whose.COLLEAGUES),
    ):
        page = seen(someone)
        assert "Nothing waits for you." in page
        assert "possible breach" not in page


def test_a_count_names_nobody_and_is_no_consultation(office: Office) -> None:
    browser = at_home(Role.OFFENDER_MANAGER, Whose.PARTYS)
    answer = browser.get("/alerts/")
    assert WAITS in re.sub(r"<[^>]+>", "", answer.content.decode())
    said = [one for one in office.story.entries(*Verb) if one.request == answer["X-Request-Id"]]
    assert said == []
