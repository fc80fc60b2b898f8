"""Access to a case through its pages, and a guest at work (issue 2, "party's case")."""

import re
from collections.abc import Iterable

from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.log.audit import Operation, Verb
from offmon.server.people.actions import do_open_case
from tests.integration.console.office import Office, decide, send, sign_in, sign_in_as, sign_in_name
from tests.unit.server.faces.matrix import Whose

BANNER = "You are working for"
NAME = "An invented probation service"
GUESTS = {Role.OFFENDER_MANAGER, Role.SUPERVISOR, Role.AUTHORISING_OFFICER, Role.EVIDENCE_OFFICER}


def texts(browser: Client, paths: Iterable[str]) -> list[str]:
    return [browser.get(path).content.decode() for path in paths]


def a_guest(office: Office, role: Role = Role.OFFENDER_MANAGER) -> Client:
    return sign_in_as(office, role, Whose.PARTYS)


def test_a_case_is_opened_to_a_colleague_and_their_access_ended_for_a_reason(office: Office) -> None:
    officer, people = sign_in("officer"), f"/cases/{office.story.case}/people/"
    stranger = office.story.stranger.id
    assert "Enter why they need it" in send(officer, f"{people}new/", staff=stranger).content.decode()
    assert "Select who gets access" in send(officer, f"{people}new/", reason="Covers leave").content.decode()
    assert send(officer, f"{people}new/", staff=stranger, reason="Covers leave").status_code == 302
    assert "Covers leave" in officer.get(people).content.decode()
    colleague = sign_in("stranger")
    assert colleague.get(f"/cases/{office.story.case}/").status_code == 200
    assert send(officer, f"{people}{stranger}/end/", reason="Back from leave").status_code == 302
    assert colleague.get(f"/cases/{office.story.case}/").status_code == 404
    [entry] = office.story.entries(Verb.CASELOAD_ENDED)
    assert (entry.reason, entry.case, entry.recipient) == ("Back from leave", office.story.case, None)


def test_a_case_is_shared_on_a_ground_and_opened_to_someone_there(office: Office) -> None:
    officer = sign_in("officer")
    case = do_open_case("86/SHARED", "Lee Invented", actor=office.story.officer)
    given = {"partner": office.other_agency, "ground": "other", "ground_words": "", "reason": "A child may be at risk."}
    page = send(officer, f"/cases/{case}/parties/new/", **given).content.decode()
    assert "Enter the other ground and its legislation" in page
    answer = send(officer, f"/cases/{case}/parties/new/", **given | {"ground_words": "Children Act 2004, section 11"})
    assert "Nobody there has access yet" in officer.get(f"/cases/{case}/people/").content.decode()
    guest = office.staff[Role.OFFENDER_MANAGER, Whose.PARTYS]
    offered = officer.get(answer["Location"]).content.decode()
    assert guest in offered
    assert office.staff[Role.TENANT_ADMIN, Whose.PARTYS] not in offered  # whose role sees no case
    assert send(officer, answer["Location"], staff=guest, reason="Supervises the child.").status_code == 302
    shown = officer.get(f"/cases/{case}/people/").content.decode()
    assert "Children Act 2004, section 11" in shown
    assert "Supervises the child." in shown
    *_, entry = office.story.entries(Verb.CASE_SHARED)
    assert (entry.operation, entry.recipient, entry.case) == (Operation.DISCLOSURE, NAME, case)


def test_a_guest_turns_to_the_lead_agency_s_cases_and_back(office: Office) -> None:
    browser = sign_in(sign_in_name(Role.OFFENDER_MANAGER, Whose.PARTYS))
    own, case = browser.get("/cases/").content.decode(), f"/cases/{office.story.case}/"
    assert "Working for" in own
    assert BANNER not in own
    assert "Sam Invented" not in own
    assert browser.get(case).status_code == 404
    assert send(browser, "/working-for/", agency=office.story.agency).status_code == 302
    cases, file = texts(browser, ("/cases/", case))
    assert BANNER in cases
    assert "Sam Invented" in cases
    assert BANNER in file
    assert send(browser, "/working-for/", agency=office.other_agency).status_code == 302
    assert browser.get(case).status_code == 404
    [came] = office.story.entries(Verb.CAME_AS_GUEST)
    read = [one for one in office.story.entries(Verb.CASE_CONSULTED) if one.actor.id == came.actor.id]
    assert (came.agency, came.actor.agency) == (office.story.agency, office.other_agency)
    assert {one.session for one in read} == {came.session}


def test_who_is_offered_nothing_turns_nowhere(office: Office) -> None:
    browser = sign_in("officer")
    page = browser.get("/working-for/").content.decode()
    assert "No other agency shares a case with you" in page
    assert "Working for</a>" not in re.sub(r"\s+", " ", page)
    token = {"csrfmiddlewaretoken": browser.cookies["__Host-csrftoken"].value}
    browser.post("/working-for/", {"agency": office.other_agency, **token})
    assert BANNER not in browser.get("/cases/").content.decode()


def test_a_guest_reads_and_decides(office: Office) -> None:
    browser, [alert] = a_guest(office), office.story.alerts
    assert "Sam Invented" in browser.get("/alerts/").content.decode()
    browser.get(f"/alerts/{alert}/")
    given = {"outcome": "permitted", "reason": "The licence allows it."}
    assert decide(browser, alert, **given)["Location"] == f"/alerts/{alert}/decided/"
    [decided] = office.story.entries(Verb.ALERT_DECIDED)
    assert (decided.agency, decided.actor.agency) == (office.story.agency, office.other_agency)


def test_a_guest_is_refused_what_stays_with_the_lead_agency(office: Office) -> None:
    browser, case = a_guest(office), f"/cases/{office.story.case}/"
    page = "".join(browser.get(f"{case}{tab}/").content.decode() for tab in ("monitoring", "evidence"))
    for offered, words in (
        ("draft/", "Draft an authorisation"),
        ("exports/new/", "Request an evidence bundle"),
        ("people/new/", ""),
    ):
        assert browser.get(case + offered).status_code == 403
        assert not words or words not in page
    another = do_open_case("86/ANOTHER", "Lee Invented", actor=office.story.officer)
    assert browser.get(f"/cases/{another}/").status_code == 404
    assert "Lee Invented" not in browser.get("/cases/").content.decode()


def test_ending_the_sharing_cuts_a_guest_off_at_the_next_request(office: Office) -> None:
    guest, supervisor, case = a_guest(office), sign_in("supervisor"), f"/cases/{office.story.case}/"
    assert guest.get(case).status_code == 200
    page = supervisor.get(f"{case}parties/{office.party}/end/").content.decode()
    assert page.count("Robin Invented") == len(GUESTS)
    assert send(supervisor, f"{case}parties/{office.party}/end/", reason="The licence ended.").status_code == 302
    assert guest.get(case).status_code == 404
    assert BANNER not in guest.get("/cases/").content.decode()
    [ended] = office.story.entries(Verb.CASE_SHARING_ENDED)
    assert (ended.recipient, ended.reason) == (NAME, "The licence ended.")
