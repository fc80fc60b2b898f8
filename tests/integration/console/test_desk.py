"""A request by phone or letter has the same deadline as one on the portal, and an answer (R-RGT-12, R-DPA-25)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.person.deadlines import Channel, RequestKind, RequestOutcome, RequestStage, due, still_due
from offmon.core.person.request_desk import DESK
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.rights import queries as rights
from offmon.server.rights.requests import queries
from offmon.server.rights.requests.actions import (
    RequestAnswer,
    TakenDown,
    do_answer,
    do_extend,
    do_take_down,
    do_take_up,
    received_at,
)
from offmon.words.catalogue import Language
from offmon.words.dates import day
from tests.integration.console.office import Office, send, send_checked, sign_in, sign_in_as
from tests.integration.console.test_acts import day as boxes
from tests.integration.portal.person import portal, signed_in
from tests.prove.markers import proves
from tests.support.days import in_days, today
from tests.support.story import Story
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose


def said(office: Office, **changed: Any) -> TakenDown:
    if "received" in changed:
        changed["received"] = in_days(changed["received"])
    given = TakenDown(RequestKind.DATA, "inert marker of mine", Channel.PHONE, today(), office.story.officer.id)
    return replace(given, **changed)


def taken_down(office: Office, **changed: Any) -> Id:
    story = office.story
    given = said(office, **changed)
    reference = do_take_down(story.case, given, actor=story.officer)
    rows = queries.open_requests(actor=desk(story, given.kind))
    return next(row.id for row in rows if row.reference == reference)


def desk(story: Story, kind: RequestKind = RequestKind.DATA) -> Actor:
    """Whom a request of that kind is for; of the story's people, only the supervisor works on the case."""
    return {Role.DATA_PROTECTION: story.data_protection, Role.SUPERVISOR: story.supervisor}[DESK[kind]]


@pytest.mark.parametrize("kind", RequestKind)
def test_a_request_by_phone_has_the_same_clock_as_one_on_the_portal(office: Office, kind: RequestKind) -> None:
    """Received on the same day, both are due on the same day, and stand on the person's page alike."""
    story, person = office.story, signed_in(office.story)
    with portal(story):
        assert person.send(f"/en/ask/{kind}/", words="on the page").status_code == 302
    with office.running():
        given = {"kind": kind.value, "channel": "phone", "taken_by": story.officer.id, "words": "by phone"}
        answer = send(sign_in("officer"), f"/cases/{story.case}/requests/new/", **given, **boxes("received", today()))
        assert answer["Location"] == "/requests/"
        both = queries.open_requests(actor=desk(story, kind))
    assert {row.channel for row in both} == {Channel.PORTAL, Channel.PHONE}
    assert {row.due for row in both} == {due(kind, today())}
    assert len({row.days_left for row in both}) == 1
    with portal(story):
        body = person.browser.get("/en/ask/").content.decode()
    assert body.count(day(Language.ENGLISH, time.start_of_day(due(kind, today()).day))) == 2
    assert all(row.reference in body for row in both)
    assert "by phone" in body


@proves("S49", still_due, disabled=lambda kind, received, done: None)
@proves("S49", received_at, disabled=lambda on: Ms(4102444800000))
def test_the_clock_runs_from_receipt_and_not_from_when_somebody_wrote_it_down(office: Office) -> None:
    received = in_days(-40)
    request = taken_down(office, received=-40, channel=Channel.LETTER)
    (row,) = queries.open_requests(actor=office.story.officer)
    assert row.due == due(RequestKind.DATA, received)
    assert row.days_left is not None
    assert row.days_left < 0
    page = sign_in("officer").get("/requests/").content.decode()
    assert "Overdue by" in page
    assert "By letter" in page
    assert row.id == request
    asked = office.story.entries(Verb.REQUEST_TAKEN_DOWN)
    assert [(one.actor.id, one.case, one.reason) for one in asked] == [
        (office.story.officer.id, office.story.case, None)
    ]


def test_what_is_overdue_stands_first(office: Office) -> None:
    late = taken_down(office, received=-60)
    new = taken_down(office)
    acknowledged = taken_down(office, kind=RequestKind.COMPLAINT, received=-90)
    do_take_up(acknowledged, actor=office.story.data_protection)
    found = queries.open_requests(actor=office.story.data_protection)
    assert [row.id for row in found] == [late, new, acknowledged]
    assert found[-1].due is None


def test_its_desk_takes_it_up_extends_and_answers_and_the_person_sees_how_far_it_is(office: Office) -> None:
    story, request = office.story, taken_down(office)
    officer = sign_in("data_protection")
    assert "inert marker of mine" in officer.get(f"/requests/{request}/").content.decode()
    assert send(officer, f"/requests/{request}/take-up/").status_code == 302
    told = {"reasons": "There is much of it.", "told_by": "letter"}
    assert send(officer, f"/requests/{request}/extend/", **told, **boxes("told", today())).status_code == 302
    shown = queries.request(request, actor=story.data_protection)
    assert shown is not None
    assert shown.row.due == due(RequestKind.DATA, today(), extended=True)
    assert shown.may == {RequestStage.ANSWERED}
    person = signed_in(story)
    with portal(story):
        body = person.browser.get("/en/ask/").content.decode()
    assert f"Someone has been looking at it since {day(Language.ENGLISH, clock.now())}" in body
    assert day(Language.ENGLISH, time.start_of_day(due(RequestKind.DATA, today(), extended=True).day)) in body
    with office.running():
        given = {"words": "A copy was sent.", "sent_by": "letter"}
        asked = officer.get(f"/requests/{request}/answer/").content.decode()
        assert f"You asked for your data on {day(Language.ENGLISH, clock.now())}" in asked
        given |= boxes("sent", today())
        assert send_checked(officer, f"/requests/{request}/answer/", **given).status_code == 302
        page = officer.get(f"/requests/{request}/").content.decode()
        assert "A copy was sent." in page
        assert "No requests." in officer.get("/requests/").content.decode()
        letter = officer.get(f"/requests/{request}/letter/").content.decode().partition("<article")[2]
        assert "A copy was sent." in letter
        assert "Sam Invented" not in letter.partition("</article>")[0]
    with portal(story):
        body = person.browser.get("/en/ask/").content.decode()
    assert f"Answered on {day(Language.ENGLISH, clock.now())}" in body
    assert "You get an answer by" not in body
    assert "A copy was sent." in body
    assert "complain to the Information Commissioner" in body.partition("A copy was sent.")[2]
    with superuser(story) as hand:
        rows = hand.execute("select s::text from rights_requeststep s").fetchall()
    assert b"A copy".hex() not in str(rows)
    steps = story.entries(Verb.REQUEST_TAKEN_UP, Verb.REQUEST_EXTENDED, Verb.REQUEST_ANSWERED)
    assert [one.verb for one in steps] == [Verb.REQUEST_TAKEN_UP, Verb.REQUEST_EXTENDED, Verb.REQUEST_ANSWERED]
    assert "much of it" not in str(steps)


def test_what_nobody_could_have_received_so_is_not_taken_down(office: Office) -> None:
    refused: dict[str, dict[str, Any]] = {
        "not-received-yet": {"received": 1},
        "not-by-portal": {"channel": Channel.PORTAL},
        "too-long": {"words": "x" * 4001},
        "not-on-caseload": {"taken_by": Id("0" * 32)},
    }
    for code, changed in refused.items():
        with pytest.raises(Refused, match=code):
            do_take_down(office.story.case, said(office, **changed), actor=office.story.officer)


def test_an_answer_comes_from_another_role_whole_and_once(office: Office) -> None:
    story = office.story
    request = taken_down(office, kind=RequestKind.OBJECTION, received=-3)
    whole = RequestAnswer("It was looked at again.", Channel.LETTER, today(), RequestOutcome.PARTLY)
    for answer, actor, code in (
        (whole, story.officer, "not-permitted"),
        (whole, story.supervisor, "not-your-desk"),
        (replace(whole, outcome=None), story.data_protection, "no-outcome"),
        (replace(whole, words=" "), story.data_protection, "no-answer"),
        (replace(whole, sent=in_days(-4)), story.data_protection, "wrong-day"),
        (replace(whole, sent=in_days(1)), story.data_protection, "wrong-day"),
    ):
        with pytest.raises(Refused, match=code):
            do_answer(request, answer, actor=actor)
    do_answer(request, whole, actor=story.data_protection)
    with pytest.raises(Refused, match="answered already"):
        do_answer(request, whole, actor=story.data_protection)
    with pytest.raises(Refused, match="answered already"):
        do_take_up(request, actor=story.data_protection)


def test_an_extension_is_refused_once_the_first_month_is_over_or_a_second_time(office: Office) -> None:
    story = office.story
    late = taken_down(office, received=-45)
    with pytest.raises(Refused, match="first month is over"):
        do_extend(late, "There is much of it.", Channel.LETTER, today(), actor=story.data_protection)
    request = taken_down(office)
    do_extend(request, "There is much of it.", Channel.LETTER, today(), actor=story.data_protection)
    with pytest.raises(Refused, match="recorded already"):
        do_extend(request, "There is more.", Channel.LETTER, today(), actor=story.data_protection)


def test_nobody_off_the_case_sees_a_request_or_acts_on_it(office: Office) -> None:
    story, request = office.story, taken_down(office)
    with pytest.raises(Refused, match="no access to this case"):
        do_take_down(story.case, said(office), actor=story.stranger)
    for whose, status in ((Whose.COLLEAGUES, 404), (Whose.ANOTHER_AGENCYS, 404), (Whose.PARTYS, 403)):
        browser = sign_in_as(office, Role.SUPERVISOR, whose)
        assert browser.get(f"/requests/{request}/").status_code == status, whose
        assert "Sam Invented" not in browser.get("/requests/").content.decode()
    off = replace(story.supervisor, id=office.staff[Role.SUPERVISOR, Whose.COLLEAGUES])
    with pytest.raises(Refused, match="no access to this case"):
        do_take_up(request, actor=off)


def test_a_look_at_what_they_asked_is_a_look_that_they_are_told_of(office: Office) -> None:
    story, request = office.story, taken_down(office)
    sign_in("data_protection").get(f"/requests/{request}/")
    looks = story.entries(Verb.REQUEST_CONSULTED)
    assert (looks[-1].actor.id, looks[-1].case) == (story.data_protection.id, story.case)


def test_the_case_shows_how_far_each_request_is(office: Office) -> None:
    story, request = office.story, taken_down(office)
    do_answer(request, RequestAnswer("A copy was sent.", Channel.LETTER, today()), actor=story.data_protection)
    seen = rights.on_case(story.case, actor=story.officer).requests
    assert [(one.id, one.at, one.due) for one in seen] == [(request, RequestStage.ANSWERED, None)]
    page = sign_in("officer").get(f"/cases/{story.case}/requests/").content.decode()
    assert f"/requests/{request}/" in page
    assert Ms(0) < seen[0].received_at <= clock.now()
