"""What waits for somebody is on their start page, and the second person can say no to whoever asked (issue 17)."""

import re
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.authority.capability import Capability
from offmon.core.log.audit import Verb
from offmon.core.states import ListState
from offmon.server.agencies.actions import do_end_caseload
from offmon.server.agencies.queries import workers_on
from offmon.server.detectors.actions import do_draft_list
from tests.integration.console.office import Office, send, sign_in, sign_in_as
from tests.integration.console.test_acts import a_term, day, errors, file, the_id
from tests.integration.console.test_assessments import an_assessment
from tests.integration.console.test_lists import live, sign, version
from tests.support.story import ENTRIES, a_list
from tests.unit.server.faces.matrix import Whose

WHY = "The last day differs from the page."


def text(browser: Client, path: str = "/") -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get(path).content.decode()))


def links(browser: Client, path: str = "/") -> list[str]:
    return re.findall(r'href="([^"#]+)"', browser.get(path).content.decode())


def record(office: Office, browser: Client, **changed: object) -> str:
    """A term, recorded in the browser: the path of its page."""
    case = office.story.case
    before = {term.id for term in file(office).terms}
    path = f"/cases/{case}/instruments/{office.story.instrument}/terms/new/"
    assert send(browser, path, **(a_term() | changed)).status_code == 302
    [one] = {term.id for term in file(office).terms} - before
    return f"/cases/{case}/terms/{one}/"


def test_what_waits_leads_from_the_start_page_to_where_one_acts(office: Office) -> None:
    officer, [alert] = sign_in("officer"), office.story.alerts
    page = text(officer)
    assert "Alerts to decide" in page
    assert "Sam Invented" in page
    assert "Your work (1)" in page
    assert f"/alerts/{alert}/" in links(officer)
    entries = office.story.entries(Verb.QUEUE_CONSULTED)
    assert {(one.case, one.actor.id) for one in entries} == {(office.story.case, office.story.officer.id)}


def test_a_condition_is_refused_its_recorder_reads_why_and_records_it_again_corrected(office: Office) -> None:
    officer, colleague = sign_in("officer"), sign_in("colleague")
    term = record(office, officer)
    assert "Confirm a condition" not in text(officer)  # nobody is asked about their own
    own = text(officer)
    assert "Waits for" in own.split("What you asked")[1]
    waits = text(colleague)
    assert "Confirm a condition" in waits
    assert f"{term}confirm/" in links(colleague)
    assert f"{term}refuse/" in links(colleague, f"{term}confirm/")
    assert "Enter why you refuse it" in errors(send(colleague, f"{term}refuse/"))
    assert send(colleague, f"{term}refuse/", reason=WHY).status_code == 302
    assert "Confirm a condition" not in text(colleague)
    assert WHY in text(officer).split("What you asked")[1]
    assert "Your work (2)" in text(officer)  # the alert, and what to put right
    assert WHY in text(officer, f"/cases/{office.story.case}/orders/")
    assert any("again=" in link for link in links(officer, f"{term}confirm/"))
    [entry] = office.story.entries(Verb.TERM_REFUSED)
    assert (entry.actor.id, entry.reason) == (office.story.colleague.id, WHY)
    assert "confirmed or refused already" in errors(send_outright(colleague, f"{term}confirm/", compared="certified"))

    [again] = [link for link in links(officer, f"/cases/{office.story.case}/orders/") if "again=" in link]
    form = officer.get(again).content.decode()
    assert str(a_term()["person_text"]) in form  # the same words are not typed twice
    assert str(a_term()["verbatim"]) in form
    corrected = record(office, officer, **day("until", date(2033, 1, 14)))
    assert send(colleague, f"{corrected}confirm/", compared="certified").status_code == 302
    assert "What you asked" not in text(officer)  # it was put right


def send_outright(browser: Client, path: str, **given: str) -> HttpResponse:
    """What a form would send whose page offers none any more."""
    browser.handler.enforce_csrf_checks = False
    answer: Any = browser.post(path, given | {"sent": "outright"})
    return answer  # type: ignore[no-any-return]  # the client's own response is an HttpResponse with more on it


def test_whoever_recorded_it_does_not_refuse_it_and_nobody_off_the_case_sees_it(office: Office) -> None:
    officer = sign_in("officer")
    term = record(office, officer)
    assert "A colleague must confirm it" in errors(send(officer, f"{term}refuse/", reason=WHY))
    assert office.story.entries(Verb.TERM_REFUSED) == []
    for whose in (Whose.COLLEAGUES, Whose.ANOTHER_AGENCYS):
        stranger = sign_in_as(office, Role.OFFENDER_MANAGER, whose)
        assert "Confirm a condition" not in text(stranger)
        assert stranger.get(f"{term}refuse/").status_code == 404
    partner = sign_in_as(office, Role.OFFENDER_MANAGER, Whose.PARTYS)
    assert "Confirm a condition" in text(partner)


def test_who_asked_is_told_where_nobody_may_answer(office: Office) -> None:
    officer = sign_in("officer")
    found = workers_on(office.story.case, actor=office.story.officer)
    others = {one.staff.id for part in (found.own, *(party.workers for party in found.parties)) for one in part}
    last = office.story.supervisor
    for other in [*(others - {office.story.officer.id, last.id}), last.id]:
        do_end_caseload(office.story.case, other, "Moved", actor=last)
    record(office, officer)
    assert "Nobody can answer" in text(officer)


def test_a_list_is_refused_and_the_version_before_it_stays_in_use(office: Office) -> None:
    before = live(office)
    row = do_draft_list(a_list(Capability.SITE, ENTRIES[Capability.SITE], version=2), actor=office.story.officer)
    supervisor, officer = sign_in("supervisor"), sign_in("officer")
    assert "Approve a list" in text(supervisor)
    assert f"/lists/{row}/refuse/" in links(supervisor, f"/lists/{row}/approve/")
    assert officer.get(f"/lists/{row}/refuse/").status_code == 403
    assert send(supervisor, f"/lists/{row}/refuse/", reason="Too wide.").status_code == 302
    assert version(office, row).line.state is ListState.REFUSED
    assert version(office, before).line.state is ListState.LIVE
    assert "Too wide." in text(officer)
    assert "Too wide." in text(officer, f"/lists/{row}/")
    assert "There is nothing to approve: refused." in text(supervisor, f"/lists/{row}/approve/")
    assert "cannot become approved" in errors(send_outright(supervisor, f"/lists/{row}/approve/"))
    third = do_draft_list(a_list(Capability.SITE, ENTRIES[Capability.SITE], version=3), actor=office.story.officer)
    assert send(supervisor, f"/lists/{third}/approve/").status_code == 302
    sign(office, third)
    assert version(office, row).line.state is ListState.REPLACED


def test_an_assessment_is_refused_by_who_opened_it_and_lets_nothing_be_collected(office: Office) -> None:
    officer, supervisor = sign_in("data_protection"), sign_in("supervisor")
    path = f"/assessments/{the_id(send(supervisor, '/assessments/new/', **an_assessment()), 'assessments')}/"
    assert "Sign an impact assessment" in text(officer)
    assert path in links(officer)
    assert "You have not opened the document" in errors(send(officer, f"{path}refuse/", reason=WHY))
    assert officer.get(f"{path}pages/1/").status_code == 200
    assert send(officer, f"{path}refuse/", reason=WHY).status_code == 302
    assert WHY in text(supervisor)
    assert WHY in text(supervisor, path)
    assert "refused already" in text(officer, f"{path}sign/")
    assert "signed or refused already" in errors(send_outright(officer, f"{path}sign/", statement="on"))
    [entry] = office.story.entries(Verb.ASSESSMENT_REFUSED)
    assert (entry.actor.id, entry.reason) == (office.story.data_protection.id, WHY)
