"""The data protection officer's chair: what is due to people, what is red and since when, and no case that is not theirs (issue 18)."""

import re

import pytest
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.core.person.restrictions import Decided
from offmon.core.public.assurance import Control, ControlStanding, Observation
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.faces.console import control_words, words
from offmon.server.oversight import queries as oversight
from offmon.server.oversight.actions import do_note
from offmon.server.rights.restrictions import queries as restrictions
from offmon.server.rights.restrictions.actions import do_ask_restriction, do_decide_restriction
from offmon.server.start_page.data_protection import data_protection
from tests.integration.console.addresses import a_destruction
from tests.integration.console.office import Office, send, sign_in, sign_in_as
from tests.integration.console.test_acts import the_id
from tests.integration.console.test_assessments import an_assessment
from tests.integration.console.test_desk import taken_down
from tests.integration.console.test_request_desk import as_console
from tests.integration.console.test_start_page import links, text
from tests.integration.portal.test_restrictions import asked
from tests.prove.markers import proves
from tests.unit.server.faces.matrix import Whose

PAGE = "/data-protection/"
MINUTE = 60_000


def looked(office: Office, at: int, **changed: ControlStanding) -> None:
    """Assurance looked at everything then, and found that it holds, but for this."""
    found = {one: changed.get(one.name, ControlStanding.HOLDS) for one in Control}
    with office.story.running(Process.ASSURANCE):
        do_note([Observation(one, stands, None, Ms(at)) for one, stands in found.items()])


def names_nobody(office: Office, browser: Client) -> bool:
    page = browser.get(PAGE).content.decode()
    return office.story.person not in page and office.story.case not in page


def test_with_nothing_to_do_it_says_so_for_each_duty(office: Office) -> None:
    looked(office, clock.now())
    shown = text(sign_in("data_protection"), PAGE)
    for said in (
        "No request waits for your answer",
        "No promise is broken",
        "Nothing waits for your decision",
        "0 restrictions are in force",
        "No destruction waits for a second person",
        "Each promise that can be checked now is kept.",
    ):
        assert said in shown, said


def test_each_clock_stands_with_its_days_the_longest_overdue_first(office: Office) -> None:
    new, late = taken_down(office), taken_down(office, received=-60)
    browser = sign_in("data_protection")
    page = browser.get(PAGE).content.decode()
    assert "1 request is overdue" in text(browser, PAGE)
    assert re.findall(r"/requests/(\w{32})/", page) == [late, new]
    assert "Overdue by" in page
    assert names_nobody(office, browser)
    assert {one.case for one in office.story.entries(Verb.REQUEST_CONSULTED)} == {office.story.case}
    late_clock, new_clock = data_protection(actor=office.story.data_protection).requests
    assert (late_clock.used, late_clock.is_overdue) == (1.0, True)
    assert (new_clock.used < 0.2, new_clock.is_overdue) == (True, False)


@proves(
    "S160",
    oversight._control,
    disabled=lambda control, look, since, at: oversight.ControlSeen(control, ControlStanding.HOLDS, None, None, ()),
)
def test_what_turned_red_stands_with_the_moment_and_what_it_stops(office: Office) -> None:
    now = clock.now()
    looked(office, now - 9 * MINUTE)
    looked(office, now - 6 * MINUTE, ROWS_AGREE=ControlStanding.FAILS)
    looked(office, now - MINUTE, ROWS_AGREE=ControlStanding.FAILS)
    actor = office.story.data_protection
    first, *others = oversight.controls(actor=actor)
    assert (first.control, first.standing, first.since) == (Control.ROWS_AGREE, ControlStanding.FAILS, now - 6 * MINUTE)
    assert not any(one.is_red for one in others)
    browser = sign_in("data_protection")
    shown = text(browser, PAGE)
    assert control_words.CONTROL[Control.ROWS_AGREE].stops in shown
    assert control_words.promise(first.promises[0]) in shown
    assert "2 promises are not kept" in shown
    assert "/assessments/" in links(browser, PAGE)
    looked(office, now)
    assert not data_protection(actor=actor).red


def test_what_nobody_looked_at_lately_is_red_from_the_moment_when_nobody_could_tell_any_more(office: Office) -> None:
    actor = office.story.data_protection
    assert {one.since for one in data_protection(actor=actor).red} == {None}
    browser = sign_in("data_protection")
    assert "No control was ever checked." in text(browser, PAGE)
    at = clock.now() - 10 * MINUTE
    looked(office, at)
    assert {(one.standing, one.since) for one in data_protection(actor=actor).red} == {
        (ControlStanding.STALE, at + 2 * MINUTE)
    }
    assert "No control was checked since" in text(browser, PAGE)


@proves("S161", restrictions.of_agency, disabled=lambda actor: [])
@proves(
    "S161",
    drop="alter policy offmon_console on rights_restriction using (agency = current_setting('offmon.agency')::uuid)",
)
def test_of_a_case_that_is_not_theirs_there_are_grounds_and_times_and_no_person(office: Office) -> None:
    story = office.story
    held = do_ask_restriction(story.case, asked(), actor=story.officer)
    do_decide_restriction(held, Decided.AGREED, "It is needed.", actor=story.supervisor)
    waits = do_ask_restriction(story.case, asked(), actor=story.officer)
    destroyed = a_destruction(story)
    ground = words.RESTRICTION_GROUND[asked().ground]
    browser = sign_in("data_protection")
    shown = text(browser, PAGE)
    assert ground in shown
    assert "1 restriction is in force" in shown
    assert "1 destruction waits for a second person" in shown
    assert names_nobody(office, browser)
    assert not {held, waits} & {*re.findall(r"\w{32}", browser.get(PAGE).content.decode())}
    on_the_case = sign_in_as(office, Role.DATA_PROTECTION, Whose.OWN)
    assert story.person in text(on_the_case, PAGE)
    assert {f"/restrictions/{held}/", f"/cases/{story.case}/destructions/{destroyed}/"} <= {*links(on_the_case, PAGE)}
    assert {one.actor.id for one in story.entries(Verb.RESTRICTION_CONSULTED)} == {
        office.staff[Role.DATA_PROTECTION, Whose.OWN]
    }
    elsewhere = sign_in_as(office, Role.DATA_PROTECTION, Whose.ANOTHER_AGENCYS)
    assert ground not in text(elsewhere, PAGE)
    assert "Nobody has asked to destroy anything" in text(elsewhere, PAGE)
    for who in (story.officer, story.supervisor, story.data_protection):
        with as_console(story, who) as console:
            rows = console.execute(
                "select 1 from rights_restrictions_of_agency(0) union all select 1 from rights_destructions_of_agency()"
            ).fetchall()
        assert len(rows) == (3 if who.role is Role.DATA_PROTECTION else 0), who.role


def test_a_restriction_that_is_over_or_was_refused_is_not_there(office: Office) -> None:
    story = office.story
    row = do_ask_restriction(story.case, asked(), actor=story.officer)
    assert "Not decided yet" in text(sign_in("data_protection"), PAGE)
    do_decide_restriction(row, Decided.REFUSED, "It is not needed.", actor=story.supervisor)
    assert data_protection(actor=story.data_protection).restrictions == []


def test_what_waits_for_a_signature_leads_to_it(office: Office) -> None:
    made = the_id(send(sign_in("supervisor"), "/assessments/new/", **an_assessment()), "/assessments")
    assert f"/assessments/{made}/" in links(sign_in("data_protection"), PAGE)


def test_it_is_reached_from_menu_and_start_page_and_opens_to_no_other_role(office: Office) -> None:
    protector = sign_in("data_protection")
    assert links(protector, "/").count(PAGE) == 2
    for role in (Role.OFFENDER_MANAGER, Role.SUPERVISOR, Role.AUTHORISING_OFFICER, Role.TENANT_ADMIN):
        browser = sign_in_as(office, role, Whose.OWN)
        assert browser.get(PAGE).status_code == 403, role
    with pytest.raises(Refused, match="Your role does not"):
        data_protection(actor=office.story.supervisor)


def test_each_control_and_each_standing_has_its_words() -> None:
    assert control_words.CONTROL.keys() == set(Control)
    assert control_words.STANDING.keys() == control_words.COLOUR.keys() == set(ControlStanding)
