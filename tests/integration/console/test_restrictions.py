"""A restriction: asked for by one, decided by another in their own session, lifted, listed (R-DPA-26)."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.log.audit import Verb
from offmon.core.person.restrictions import Decided
from offmon.server.faces.console import words
from offmon.server.rights.restrictions import queries
from offmon.server.rights.restrictions.actions import do_ask_restriction, do_decide_restriction, do_lift_restriction
from tests.integration.console.office import Office, send, sign_in, sign_in_as
from tests.integration.console.test_acts import day
from tests.integration.portal.test_restrictions import REASONS, asked
from tests.support.days import in_days
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose


def form(**changed: Any) -> dict[str, Any]:
    given = {"ground": "inquiry", "lines": ["sent", "looked"], "reasons": REASONS, "told": "nothing"}
    return {**given, **day("since", in_days(-1)), **day("until", in_days(1)), **day("ends", in_days(60)), **changed}


def asked_by_form(office: Office, browser: Client) -> str:
    answer = send(browser, f"/cases/{office.story.case}/restrictions/new/", **form())
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_one_asks_another_agrees_and_lifts_and_each_is_an_entry(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    page = asked_by_form(office, officer)
    shown = officer.get(page).content.decode()
    assert "Not decided yet" in shown
    begun, judged = (officer.get(f"/cases/{story.case}/restrictions/new/"), sign_in("supervisor").get(f"{page}decide/"))
    for whoever in (begun, judged):  # who asks and who decides know what goes with it
        assert words.WITH_WHAT_WAS_SENT in whoever.content.decode()
    assert REASONS in shown
    assert "sections 44(4)(a) and 45(4)(a)" in shown
    assert "Decide</a>" not in shown
    supervisor = sign_in("supervisor")
    assert "Not decided yet" in supervisor.get("/restrictions/").content.decode()
    assert send(supervisor, f"{page}decide/", outcome="agreed", reason="It is needed.")["Location"] == page
    assert "In force" in supervisor.get(page).content.decode()
    assert "already" in send(supervisor, f"{page}decide/", outcome="agreed", reason="Again.").content.decode()
    assert send(supervisor, f"{page}lift/", reason="The inquiry is over.")["Location"] == page
    assert "Lifted" in supervisor.get(page).content.decode()
    written = story.entries(Verb.RESTRICTION_ASKED, Verb.RESTRICTION_DECIDED, Verb.RESTRICTION_LIFTED)
    assert [(one.verb, one.actor.id, one.case) for one in written] == [
        (Verb.RESTRICTION_ASKED, story.officer.id, story.case),
        (Verb.RESTRICTION_DECIDED, story.supervisor.id, story.case),
        (Verb.RESTRICTION_LIFTED, story.supervisor.id, story.case),
    ]
    assert "inert marker" not in str(written)
    with superuser(story) as hand:
        rows = hand.execute("select r::text from rights_restriction r").fetchall()
    assert len(rows) == 1
    assert b"inert marker".hex() not in str(rows)


def test_the_data_protection_officer_of_the_case_decides_too(office: Office) -> None:
    page = asked_by_form(office, sign_in("officer"))
    theirs = sign_in_as(office, Role.DATA_PROTECTION, Whose.OWN)
    assert "Sam Invented" in theirs.get("/restrictions/").content.decode()
    assert send(theirs, f"{page}decide/", outcome="refused", reason="It is not needed.")["Location"] == page
    assert "Refused" in theirs.get(page).content.decode()


def test_what_is_asked_for_badly_is_refused_and_nothing_is_written(office: Office) -> None:
    browser = sign_in("officer")
    for changed, said in (
        ({"ground": ""}, "Select the ground"),
        ({"ground": "convenience"}, "Select which ground"),
        ({"reasons": "  "}, "Enter why it is necessary"),
        ({"lines": []}, "Select the data to hold back"),
        ({"told": ""}, "Select what we tell the person"),
        (day("ends", in_days(95)), "ends within 90 days"),
        (day("ends", in_days(-2)), "ends within 90 days"),
        (day("until", in_days(-3)), "must not be before the first"),
    ):
        answer = send(browser, f"/cases/{office.story.case}/restrictions/new/", **form(**changed))
        assert (answer.status_code, said in answer.content.decode()) == (200, True), said
    assert office.story.entries(Verb.RESTRICTION_ASKED) == []


def test_it_takes_two_people_in_two_sessions(office: Office) -> None:
    story = office.story
    row = do_ask_restriction(story.case, asked(), actor=story.officer)
    promoted = replace(story.officer, role=Role.SUPERVISOR)
    for decider, code in (
        (story.officer, "not-permitted"),
        (story.colleague, "not-permitted"),
        (replace(promoted, session=story.supervisor.session), "one-person"),
        (replace(story.supervisor, session=story.officer.session), "one-session"),
        (replace(story.supervisor, session=None), "one-session"),
    ):
        with pytest.raises(Refused, match=code):
            do_decide_restriction(row, Decided.AGREED, "It is needed.", actor=decider)
    with pytest.raises(Refused, match="Enter the reasons"):
        do_decide_restriction(row, Decided.AGREED, " ", actor=story.supervisor)
    with pytest.raises(Refused, match="not in force"):
        do_lift_restriction(row, "It is over.", actor=story.supervisor)
    do_decide_restriction(row, Decided.AGREED, "It is needed.", actor=story.supervisor)
    shown = queries.restriction(row, actor=story.supervisor)
    assert shown is not None
    assert (shown.may_decide, shown.may_lift) == (False, True)


def test_nobody_off_the_case_sees_it_or_acts_on_it(office: Office) -> None:
    story = office.story
    row = do_ask_restriction(story.case, asked(), actor=story.officer)
    with pytest.raises(Refused, match="no access to this case"):
        do_ask_restriction(story.case, asked(), actor=story.stranger)
    for whose, status in ((Whose.COLLEAGUES, 404), (Whose.ANOTHER_AGENCYS, 404), (Whose.PARTYS, 403)):
        browser = sign_in_as(office, Role.SUPERVISOR, whose)
        assert browser.get(f"/restrictions/{row}/").status_code == status, whose
        assert "Sam Invented" not in browser.get("/restrictions/").content.decode()
    off = replace(story.supervisor, id=office.staff[Role.SUPERVISOR, Whose.COLLEAGUES])
    with pytest.raises(Refused, match="no access to this case"):
        do_decide_restriction(row, Decided.AGREED, "It is needed.", actor=off)
    with pytest.raises(Refused, match="no access to this case"):
        do_lift_restriction(row, "It is over.", actor=off)
    assert queries.restriction(row, actor=off) is None


def test_looking_at_a_restriction_is_logged_and_is_no_look_that_the_person_is_told_of(office: Office) -> None:
    story = office.story
    row = do_ask_restriction(story.case, asked(), actor=story.officer)
    before = len(story.entries(Verb.CASE_CONSULTED))
    browser = sign_in("supervisor")
    for path in ("/restrictions/", f"/restrictions/{row}/", f"/restrictions/{row}/decide/"):
        assert browser.get(path).status_code == 200
    assert len(story.entries(Verb.RESTRICTION_CONSULTED)) == 3
    assert len(story.entries(Verb.CASE_CONSULTED)) == before
