"""One person, on the pages of their case: details, notes, the visit sheet, the drawings, and how one finds them (issue 17)."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.alerts.timeline import DAYS
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.agencies.actions import do_grant_caseload
from offmon.server.base.clock import now
from offmon.server.deployments import queries as deployments
from offmon.server.faces.console.views import cases
from offmon.server.people.actions import do_open_case
from tests.integration.console.office import Office, hidden, send, sign_in, sign_in_as
from tests.integration.console.test_acts import day, errors, scan
from tests.integration.console.test_start_page import links, text
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose


def test_details_are_recorded_stand_on_the_overview_and_are_recorded_anew(office: Office) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    today = clock.local_day(now())
    assert "Risk of serious harm Not recorded" in text(officer, case)
    assert "together with the day" in errors(send(officer, f"{case}details/", risk="high"))
    given = {"risk": "high", "safe_contact": "By phone after 6pm", **day("risk_on", today)}
    assert send(officer, f"{case}details/", **given).status_code == 302
    assert "High, assessed on" in text(officer, case)
    assert 'value="By phone after 6pm"' in officer.get(f"{case}details/").content.decode()
    ahead = day("born_on", today + timedelta(days=2))
    assert "cannot be in the future" in errors(send(officer, f"{case}details/", **ahead))
    assert send(officer, f"{case}details/", safe_contact="In person").status_code == 302
    assert "By phone after 6pm" not in text(officer, case)
    assert len(office.story.entries(Verb.DETAILS_RECORDED)) == 2
    assert sign_in_as(office, Role.AUTHORISING_OFFICER, Whose.OWN).get(f"{case}details/").status_code == 403


def test_what_a_colleague_recorded_meanwhile_is_not_written_over(office: Office) -> None:
    """Each of two had the page open: the second is told, and the safe contact of the first stands."""
    officer, colleague, case = sign_in("officer"), sign_in("colleague"), f"/cases/{office.story.case}/"
    stale = hidden(officer.get(f"{case}details/"))
    assert send(colleague, f"{case}details/", safe_contact="Never call the house").status_code == 302
    answer: Any = officer.post(f"{case}details/", stale | {"safe_contact": "By phone"})
    assert "A colleague changed the details meanwhile" in errors(answer)
    assert "Never call the house" in text(officer, case)


def test_a_note_that_is_sent_twice_stands_once_and_words_that_read_backwards_not_at_all(office: Office) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    note = {"kind": "fact", "text": "He has a new job.", "source": "My visit"}
    assert send(officer, f"{case}notes/new/", **note).status_code == 302
    assert "You wrote this note already" in errors(send(officer, f"{case}notes/new/", **note))
    assert len(office.story.entries(Verb.NOTE_WRITTEN)) == 1
    turned = note | {"text": "He is \u202egnol on"}
    assert "changes the direction of reading" in errors(send(officer, f"{case}notes/new/", **turned))


def test_a_note_is_a_fact_or_an_opinion_with_its_source_and_facts_go_on_the_visit_sheet(office: Office) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    assert "Select fact or opinion" in errors(send(officer, f"{case}notes/new/", text="He works nights.", source="Him"))
    for kind, said in (("fact", "He works nights."), ("opinion", "He seems lonely.")):
        assert send(officer, f"{case}notes/new/", kind=kind, text=said, source="My visit").status_code == 302
    page = text(officer, case)
    assert "Fact: He works nights." in page
    assert "Opinion: He seems lonely." in page
    sheet = text(officer, f"{case}visit-sheet/")
    assert "He works nights." in sheet
    assert "He seems lonely." not in sheet
    assert "may they harm themselves?" in sheet
    entries = office.story.entries(Verb.NOTE_WRITTEN)
    assert [(one.case, one.reason) for one in entries] == [
        (office.story.case, None)
    ] * 2  # the words stand in the row alone


def test_what_is_written_of_a_person_is_enclosed_and_their_own_agencys(office: Office) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    assert send(officer, f"{case}notes/new/", kind="fact", text="He works nights.", source="Him").status_code == 302
    with superuser(office.story) as hand:
        [(written,)] = hand.execute("select written from people_note").fetchall()
    assert b"nights" not in bytes(written)
    assert sign_in_as(office, Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS).get(case).status_code == 404


def test_a_decided_alert_is_reached_from_its_person_and_the_log_says_who_decided(office: Office) -> None:
    """Also from the drawings' table; and the log leaves out what the desk of requests does."""
    story, officer, case = office.story, sign_in("officer"), f"/cases/{office.story.case}/"
    story.decide()
    assert f"/alerts/{story.alerts[0]}/" in links(officer, f"{case}alerts/")
    assert "Evidential" in text(officer, f"{case}alerts/")
    assert "The last four weeks" in text(officer, case)
    shown = text(officer, f"{case}log/")
    assert "Alert decided" in shown
    assert "Officer Invented" in shown
    assert "consulted" not in shown
    guest = sign_in_as(office, Role.OFFENDER_MANAGER, Whose.PARTYS)
    assert "Alert decided" in text(guest, f"{case}log/")
    assert "Deployment authorised" not in text(guest, f"{case}log/")
    assert "Deployment authorised" in shown
    assert "No alert is on this page" in text(officer, f"{case}alerts/?page=9")


def test_search_finds_people_and_orders_of_ones_own_caseload_and_logs_whom_it_shows(office: Office) -> None:
    officer = sign_in("officer")
    assert "Enter two letters or more" in errors(send(officer, "/search/", words="s"))
    for words in ("sam inv", "T86/0000"):
        answer = send(officer, "/search/", words=words)
        assert f"/cases/{office.story.case}/" in answer.content.decode()
        assert office.story.entries(Verb.CASE_CONSULTED)[-1].request == answer["X-Request-Id"]
    assert "Nothing on your caseload is called so" in send(officer, "/search/", words="nobody").content.decode()
    elsewhere = sign_in_as(office, Role.SUPERVISOR, Whose.ANOTHER_AGENCYS)
    assert "Nothing on your caseload" in send(elsewhere, "/search/", words="sam inv").content.decode()


def test_an_open_page_that_asks_by_itself_keeps_nobody_signed_in(office: Office) -> None:
    browser = sign_in("officer")
    assert browser.get("/waiting/").content == b"1"
    session = browser.session
    session["sitting"] = session["sitting"] | {"seen_at": session["sitting"]["seen_at"] - 14 * 60_000}
    session.save()
    assert browser.get("/waiting/").status_code == 200
    assert browser.session["sitting"]["seen_at"] == session["sitting"]["seen_at"]
    assert browser.get("/cases/").status_code == 200
    assert browser.session["sitting"]["seen_at"] > session["sitting"]["seen_at"]


def test_a_case_stands_whose_first_document_could_not_be_kept_and_asks_for_it_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no(*_given: object, **_more: object) -> Id:
        raise Refused("store-full", "The store is full (invented).")

    monkeypatch.setattr(cases, "keep", no)
    officer, given = sign_in("officer"), {"reference": "86/NOT", "name": "Lee Invented", "language": "en"}
    answer = send(officer, "/cases/new/", **given, basis="licence", document=scan())
    assert answer["Location"].endswith("/instruments/new/")
    assert "The document was not kept. The store is full (invented)." in text(officer, answer["Location"])


def test_a_new_case_says_what_comes_next_who_does_it_and_where(office: Office) -> None:
    """To each only their own step is a link; what a second person or the law must come before cannot start yet."""
    officer = sign_in("officer")
    assert "Before monitoring begins" not in text(officer, f"/cases/{office.story.case}/")  # it has begun
    given = {"reference": "86/NEW", "name": "Lee Invented", "language": "en"}
    case = send(officer, "/cases/new/", **given)["Location"]
    assert "0 of 11 steps are done" in text(officer, case)
    assert text(officer, case).count(" 1 day ") >= DAYS - 1  # nothing is covered before anything is collected
    assert f"{case}instruments/new/" in links(officer, case)
    story = copy.copy(office.story)
    story.case = Id(case.split("/")[2])
    with story.console():
        do_grant_caseload(story.case, story.colleague.id, "theirs too (invented)", actor=story.officer)
    story.record_order()
    shown = text(officer, case)
    assert "3 of 11 steps are done" in shown
    assert "Another person than who recorded it" not in shown  # that is done
    assert f"{case}draft/" in links(officer, case)
    assert f"{case}draft/" not in links(sign_in("supervisor"), case)


def test_a_long_caseload_is_read_a_page_at_a_time_and_only_who_is_shown_was_looked_at(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployments, "CASES_PAGE", 2)
    for number in range(3):
        do_open_case(f"86/P{number}", f"Invented Person {number}", actor=office.story.officer)
    officer = sign_in("officer")
    before = len(office.story.entries(Verb.CASE_CONSULTED))
    assert "?page=2" in links(officer, "/cases/")
    assert len(office.story.entries(Verb.CASE_CONSULTED)) == before + 2
    pages = [text(officer, f"/cases/?page={number}") for number in (1, 2)]
    assert [sum(f"86/P{number} " in page for page in pages) for number in range(3)] == [1, 1, 1]
    assert "?page=1" in links(officer, "/cases/?page=2")
    assert "Next" not in pages[1]
    assert "No case is on this page." in text(officer, "/cases/?page=3")


@pytest.mark.parametrize("number", ["0", "-1", "x", "١", "1" * 5, "1" * 5000, "0" * 5000 + "1", ""])
def test_a_page_number_that_is_none_is_the_first(office: Office, number: str) -> None:
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    for browser, path in ((officer, "/cases/"), (officer, "/alerts/"), (supervisor, "/team/")):
        assert browser.get(path, {"page": number}).status_code == 200
