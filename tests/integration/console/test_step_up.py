"""Before content is opened or a bundle leaves, the person confirms it is them (R-SEC-10; design §4; ADR 8)."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.access.step_up import Factor, check_shown
from offmon.core.clock import DAY_MS, MINUTE_MS, Period
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.server.agencies.authentication import queries
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id, new_salt
from offmon.server.evidence.actions import ExportRequest, do_ask_export, do_ask_reveal
from tests.integration.console.office import Office, next_code, send, sign_in, sign_in_as
from tests.integration.console.test_signing_in import denied
from tests.prove.markers import proves
from tests.support.story import Story
from tests.support.taken import insert, name, shown_earlier, taken_console
from tests.unit.server.faces.matrix import Whose


def content_path(office: Office) -> str:
    return f"/alerts/{office.story.alerts[0]}/occurrences/{office.story.alert().occurrences[0].leaf}/"


def export_path(office: Office) -> str:
    return f"/cases/{office.story.case}/exports/new/"


def is_asked(browser: Client, path: str) -> bool:
    """Whether the page asks for the factor first, and would come back."""
    answer = browser.get(path)
    if answer.status_code == 200:
        return False
    address = urlsplit(answer["Location"])
    assert (answer.status_code, address.path, parse_qs(address.query)) == (302, "/show-again/", {"next": [path]})
    return True


@proves("S46", check_shown, disabled=lambda act, shown_at, at: None)
def test_it_is_asked_for_again_after_its_time_and_leads_back(office: Office) -> None:
    browser, content, export = sign_in("officer"), content_path(office), export_path(office)
    assert [is_asked(browser, one) for one in (content, export)] == [False, False]
    shown_earlier(office.story, 16)
    assert [is_asked(browser, one) for one in (content, export)] == [False, True]
    shown_earlier(office.story, 45)
    assert [is_asked(browser, one) for one in (content, export)] == [True, True]
    assert browser.get("/alerts/").status_code == 200  # the queue says nothing of what was sent, and asks for nothing
    key = browser.session.session_key
    answer = send(browser, "/show-again/", next=content, code=next_code("officer"))
    assert (answer.status_code, answer["Location"]) == (302, content)
    assert browser.session.session_key != key
    assert [is_asked(browser, one) for one in (content, export)] == [False, False]
    entry = office.story.entries(Verb.FACTOR_SHOWN)[-1]
    assert (entry.actor.id, entry.session) == (office.story.officer.id, browser.session["sitting"]["session"])
    assert [one.table for one in entry.touched] == ["second_factor", "factor_shown"]


def test_a_form_that_was_opened_in_time_is_not_lost_on_its_way(office: Office) -> None:
    """Nobody is led away from what they typed: five minutes before the end the page asks first, and what is sent is taken to the end."""
    browser, export = sign_in("officer"), export_path(office)
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(export).content.decode())[0]
    shown_earlier(office.story, 12)
    assert is_asked(browser, export)
    answer = browser.post(export, {"csrfmiddlewaretoken": token})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()  # it was looked at, and the page says what is missing


def test_what_another_sitting_showed_counts_for_nothing(office: Office) -> None:
    first = sign_in("officer")
    shown_earlier(office.story, 61)
    second, content = sign_in("officer"), content_path(office)
    assert [is_asked(one, content) for one in (first, second)] == [True, False]


def assert_refused(story: Story, code: str) -> None:
    """The actions themselves refuse, whatever a page did."""
    one = story.alert().occurrences[0]
    with pytest.raises(Refused, match=code):
        do_ask_reveal(story.alerts[0], one.leaf, one.place, "to decide it", actor=story.officer)
    request = ExportRequest("The court", "trial", Period(Ms(clock.now() - DAY_MS), clock.now()))
    with pytest.raises(Refused, match=code):
        do_ask_export(story.case, request, actor=story.officer)
    assert story.entries(Verb.REVEAL_ASKED, Verb.EXPORT_ASKED) == []


def test_the_action_refuses_whatever_the_page_did(office: Office) -> None:
    shown_earlier(office.story, 61)
    assert_refused(office.story, "factor-stale")


def test_it_leads_to_no_other_site(office: Office) -> None:
    browser = sign_in("officer")
    page = browser.get("/show-again/?next=https://elsewhere.invalid/").content.decode()
    assert re.findall(r'name="next" value="([^"]*)"', page) == ["/"]
    for away in ("https://elsewhere.invalid/", "//elsewhere.invalid", "javascript:alert(1)"):
        wrong = send(browser, "/show-again/", next=away, code="000000").content.decode()
        assert re.findall(r'name="next" value="([^"]*)"', wrong) == ["/"]
    assert send(browser, "/show-again/", next="//elsewhere.invalid", code=next_code("officer"))["Location"] == "/"


def test_guessing_must_wait_as_at_the_door_and_is_logged(office: Office) -> None:
    browser = sign_in("officer")
    for _ in range(5):
        assert "not right" in send(browser, "/show-again/", code="000000").content.decode()
    assert send(browser, "/show-again/", code=next_code("officer")).status_code == 429
    assert [one.reason for one in denied(office)] == ["wrong-code"] * 5


def test_a_guest_shows_it_at_home_and_it_counts_where_they_work(office: Office) -> None:
    browser, content = sign_in_as(office, Role.OFFENDER_MANAGER, Whose.PARTYS), content_path(office)
    assert not is_asked(browser, content)
    shown_earlier(office.story, 61)
    assert is_asked(browser, content)
    code = next_code(f"{Role.OFFENDER_MANAGER.value}-{Whose.PARTYS.name.lower()}")
    assert send(browser, "/show-again/", next=content, code=code)["Location"] == content
    assert not is_asked(browser, content)
    entry = office.story.entries(Verb.FACTOR_SHOWN)[-1]  # in the log of the agency that leads
    assert (entry.agency, entry.actor.agency) == (office.story.agency, office.other_agency)


def showing(office: Office, who: Actor, at: Ms, factor: Factor) -> None:
    """By the console's own role: somebody showed a factor then."""
    assert who.session is not None
    row = new_id()
    line = {
        "id": row, "agency": office.story.agency, "salt": new_salt(), "staff_id": who.id, "session": who.session,
        "at": at, "factor": factor.value,
    }  # fmt: skip
    with taken_console(office.story) as console:
        insert(console, "agencies_factorshown", line)
        name(console, office.story, Verb.FACTOR_SHOWN, "agencies_factorshown", row, by=who)


@pytest.mark.parametrize("minutes", [-1, 1, 14])
@proves("S46", drop="drop trigger shown_now on agencies_factorshown", row="14")
def test_nobody_writes_down_a_showing_of_another_hour(office: Office, minutes: int) -> None:
    officer = replace(office.story.officer, session=new_id())
    refused = pytest.raises(psycopg.errors.CheckViolation, match="is shown now")
    with refused:
        showing(office, officer, Ms(clock.now() - minutes * MINUTE_MS), Factor.PASSKEY)
    showing(office, officer, clock.now(), Factor.PASSKEY)  # as THREATS.md says of a taken console


def test_nor_for_a_guest_one_that_was_not_at_home_then_and_so(office: Office) -> None:
    sign_in_as(office, Role.OFFENDER_MANAGER, Whose.PARTYS)
    [entry] = office.story.entries(Verb.FACTOR_SHOWN)[-1:]
    guest = replace(office.story.officer, id=entry.actor.id, session=entry.session)
    shown_earlier(office.story, 10)
    last = shown_by(replace(guest, agency=office.other_agency))
    for at, factor in ((Ms(last.at + 1), last.factor), (last.at, Factor.PASSKEY)):
        with pytest.raises(psycopg.errors.CheckViolation, match="or was at home"):
            showing(office, guest, at, factor)
    showing(office, guest, last.at, last.factor)


def shown_by(actor: Actor) -> queries.LastFactorShown:
    last = queries.shown_by(actor=actor)
    assert last is not None
    return last


def test_the_sitting_says_which_factor_it_was(office: Office) -> None:
    sign_in("officer")
    [entry] = office.story.entries(Verb.SIGNED_IN)[-1:]
    assert shown_by(replace(office.story.officer, session=entry.session)).factor is Factor.APP
