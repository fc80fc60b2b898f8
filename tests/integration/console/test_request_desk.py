"""A person's request reaches whom it is for, by its kind, without anyone who works on the case (R-RGT-12, R-DPA-35)."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import psycopg
import pytest

from offmon.core.access.roles import Role
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.person.deadlines import Channel, RequestKind, RequestStage
from offmon.core.person.request_desk import DESK, TO_ANSWER, kinds_for
from offmon.server.agencies.actions import do_end_caseload
from offmon.server.base.actor import Actor
from offmon.server.rights.requests import queries
from tests.integration.console.office import Office, send, send_checked, sign_in, sign_in_as
from tests.integration.console.test_acts import day as boxes
from tests.integration.console.test_desk import desk, taken_down
from tests.integration.portal.person import portal, signed_in
from tests.prove.markers import proves
from tests.support.days import today
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import a_row, insert
from tests.unit.server.faces.matrix import Whose

SAID = "inert marker of mine"


def asked(office: Office, kind: RequestKind) -> Id:
    """By the person, on their own page."""
    person = signed_in(office.story)
    with portal(office.story):
        page = person.browser.get(f"/en/ask/{kind}/").content.decode()
        assert (
            f"Who answers it: {'Supervisor' if kind in {RequestKind.REVIEW, RequestKind.DEVICE} else 'Data protection officer'}."
            in page
        )
        assert person.send(f"/en/ask/{kind}/", words=SAID).status_code == 302
    rows = queries.open_requests(actor=desk(office.story, kind))
    assert len(rows) == 1
    return rows[0].id


@proves("S116", kinds_for, disabled=lambda role: frozenset())
@pytest.mark.parametrize("kind", [kind for kind in RequestKind if DESK[kind] is Role.DATA_PROTECTION])
def test_the_data_protection_officer_reads_it_at_once_and_works_on_no_case(office: Office, kind: RequestKind) -> None:
    request = asked(office, kind)
    browser = sign_in("data_protection")
    start = browser.get("/", follow=True).content.decode()
    assert "Requests (1)" in start
    assert f"/requests/{request}/" in start
    listed, page = (browser.get(path).content.decode() for path in ("/requests/", f"/requests/{request}/"))
    assert f"/requests/{request}/" in listed
    assert SAID in page
    assert "Sam Invented" not in listed + page
    looks = office.story.entries(Verb.REQUEST_CONSULTED)
    assert {(one.actor.id, one.case) for one in looks} == {(office.story.data_protection.id, office.story.case)}
    elsewhere = sign_in_as(office, Role.DATA_PROTECTION, Whose.ANOTHER_AGENCYS)
    assert "Requests (" not in elsewhere.get("/requests/").content.decode()
    assert elsewhere.get(f"/requests/{request}/").status_code == 404


def test_a_review_is_for_the_supervisor_of_the_case_and_for_any_where_it_has_none(office: Office) -> None:
    story = office.story
    request = asked(office, RequestKind.REVIEW)
    assert "Requests (1)" in sign_in("supervisor").get("/requests/").content.decode()
    other = sign_in_as(office, Role.SUPERVISOR, Whose.COLLEAGUES)
    assert other.get(f"/requests/{request}/").status_code == 404
    assert sign_in("data_protection").get(f"/requests/{request}/").status_code == 404
    for supervisor in (office.staff[Role.SUPERVISOR, Whose.OWN], story.supervisor.id):
        do_end_caseload(story.case, supervisor, "left", actor=story.supervisor)
    assert "Requests (1)" in other.get("/requests/").content.decode()
    assert SAID in other.get(f"/requests/{request}/").content.decode()


def test_who_takes_it_up_reads_the_case_until_they_have_answered(office: Office) -> None:
    story, requests = office.story, [taken_down(office), taken_down(office)]
    browser, case = sign_in("data_protection"), f"/cases/{office.story.case}/"
    assert browser.get(case).status_code == 404
    assert "Your access ends with your answer" in browser.get(f"/requests/{requests[0]}/").content.decode()
    for request in requests:
        assert send(browser, f"/requests/{request}/take-up/").status_code == 302
    assert "Sam Invented" in browser.get(f"/requests/{requests[0]}/").content.decode()
    assert "Sam Invented" in browser.get(case).content.decode()
    alert = f"/alerts/{story.alerts[0]}/"
    assert alert in browser.get(f"/requests/{requests[0]}/").content.decode()
    assert browser.get(alert).status_code == 200
    assert [one.reason for one in story.entries(Verb.REQUEST_TAKEN_UP)] == [TO_ANSWER, None]
    given: dict[str, Any] = {"words": "A copy was sent.", "sent_by": "letter", **boxes("sent", today())}
    for request, status in zip(requests, (200, 404), strict=True):
        assert send_checked(browser, f"/requests/{request}/answer/", **given).status_code == 302
        assert browser.get(case).status_code == status
    assert "Sam Invented" not in browser.get(f"/requests/{requests[0]}/").content.decode()
    assert "A copy was sent." in browser.get(f"/requests/{requests[0]}/").content.decode()


@proves(
    "S116",
    drop="alter policy offmon_console on rights_requeststep with check (agency = current_setting('offmon.agency')::uuid)",
)
def test_the_database_knows_the_same_desks_and_lets_no_other_answer(office: Office) -> None:
    story = office.story
    request = taken_down(office)
    for kind, (name, who) in product(RequestKind, story.staff.items()):
        with as_console(story, who) as console:
            row = console.execute("select rights_is_for_actor(%s, %s)", [kind.value, story.case]).fetchone()
        assert row == (who.role is DESK[kind],), (kind, name)
    step = {
        "request_id": request,
        "what": RequestStage.ANSWERED.value,
        "on": now(),
        "by": story.officer.id,
        "at": now(),
    }
    with as_console(story, story.officer) as console, pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert(console, "rights_requeststep", a_row(story) | step | {"how": Channel.LETTER.value, "answer": b"x"})


@contextmanager
def as_console(story: Story, actor: Actor) -> Iterator["psycopg.Connection[Any]"]:
    """The console's role in somebody's scope."""
    with story.database.connect("offmon_console") as console:
        for setting, value in (("offmon.agency", story.agency), ("offmon.actor", actor.id)):
            console.execute("select set_config(%s, %s, true)", [setting, value])
        yield console
