"""The thread as officers play it: every act through its own page and form, by two people where two must agree."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from offmon.core import clock
from offmon.core.clock import Period
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.states import AlertState, DeploymentState
from offmon.server.agencies.actions import do_grant_caseload
from offmon.server.deployments.queries import DeploymentFile
from offmon.server.evidence.actions import ExportRequest, do_ask_export
from offmon.server.evidence.queries import CaseFile, case_file
from tests.integration.console.office import Office, decide, send, send_checked, sign_in
from tests.support.fake_device import now
from tests.support.papers import PDF

ID = "[0-9a-f]{32}"


def scan(name: str = "order.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def the_id(answer: HttpResponse, before: str) -> str:
    found = re.search(f"{before}/({ID})/", answer["Location"])
    assert found is not None, answer["Location"]
    return found[1]


def errors(answer: HttpResponse) -> str:
    """What the error summary says."""
    text = answer.content.decode()
    assert "govuk-error-summary" in text
    return text[text.index("govuk-error-summary") :][:2000]


def file(office: Office, case: str | None = None) -> CaseFile:
    found = case_file(office.story.case if case is None else case, actor=office.story.officer)  # type: ignore[arg-type]
    assert found is not None
    return found


def monitoring(office: Office, case: str | None = None) -> DeploymentFile:
    found = file(office, case).monitoring
    assert found is not None
    return found


def newest_profile(office: Office) -> tuple[int, str]:
    """Its version and state, of the first device."""
    found = monitoring(office).devices[0].profile
    assert found is not None
    return found.version, found.state


def an_order() -> dict[str, object]:
    return {
        "made_by": "An invented court",
        "reference": "T86/0001",
        "offence_types": ["contact_online"],
        **day("made_on", date(2026, 1, 15)),
        **day("convicted_on", date(2025, 11, 3)),
        **day("served_on", date(2026, 1, 15)),
        "served_at": "14:30",
        **day("effective_on", date(2026, 1, 15)),
        "checked": "Against the sealed copy",
        "varies": "no",
    }


def record_order(browser: Client, case: str, basis: str, **given: object) -> HttpResponse:
    """The document first, and then what it says."""
    kept = send(browser, f"/cases/{case}/instruments/new/", basis=basis, document=scan())
    return send(browser, f"/cases/{case}/scans/{the_id(kept, 'scans')}/", **given)


def a_term() -> dict[str, object]:
    return {
        "effect": "prohibition",
        "verbatim": "Not to visit the sites in the schedule, which names A Victim.",
        "person_text": "You must not visit the listed sites.",
        "source_page": "2",
        "capabilities": ["site"],
        **day("since", date(2026, 1, 15)),
    }


def test_from_an_order_to_an_enrolment_code(office: Office) -> None:
    officer, colleague, authoriser = (sign_in(name) for name in ("officer", "colleague", "authoriser"))
    case = the_id(send(officer, "/cases/new/", reference="86/NEW", name="Kim Invented", language="en"), "cases")
    assert sign_in("supervisor").get(f"/cases/{case}/").status_code == 200  # of the officer's team, from the first
    given = {**an_order(), "controller": office.story.agency}
    instrument = the_id(record_order(officer, case, "shpo_sc", **given), "instruments")
    assert send(officer, f"/cases/{case}/instruments/{instrument}/terms/new/", **a_term()).status_code == 302
    for other in (office.story.colleague, office.story.authoriser):
        do_grant_caseload(Id(case), other.id, "works on it too", actor=office.story.officer)

    [term] = file(office, case).terms
    page = colleague.get(f"/cases/{case}/terms/{term.id}/confirm/").content.decode()
    assert "A Victim" in page
    assert "You must not visit the listed sites." in page
    assert send(colleague, f"/cases/{case}/terms/{term.id}/confirm/", compared="certified").status_code == 302

    with_list = officer.get(f"/cases/{case}/draft/").content.decode()
    [chosen] = re.findall(f'name="site_lists"[^>]*value="({ID})"', with_list)
    assert "phrase_terms" not in with_list  # no term makes that necessary
    claims = day("none_claimed", clock.local_day(now()))
    drafted = send(officer, f"/cases/{case}/draft/", site_terms=[term.id], site_lists=[chosen], **claims)
    assert drafted.status_code == 302

    draft = f"/cases/{case}/drafts/{monitoring(office, case).authorisations[0].id}/authorise/"
    answers = dict.fromkeys(("aim", "rational_link", "less_intrusive", "fair_balance"), "In my own words.")
    answers["review_in"] = "12"
    assert "Enter whether the aim is important enough" in errors(send(authoriser, draft, **answers | {"aim": " "}))
    assert send_checked(authoriser, draft, **answers).status_code == 302

    visit = f"/cases/{case}/visit/"
    assert officer.get(visit)["Location"] == f"/cases/{case}/"  # no visit before there is a key
    office.story.deployment = monitoring(office, case).deployment.id
    office.story.make_key()
    office.story.publish()
    paper = f"/cases/{case}/notices/{the_id(send(officer, f'/cases/{case}/notices/new/'), 'notices')}/"
    page = officer.get(paper).content.decode()
    for said in ("Kim Invented", "You must not visit the listed sites.", "How to complain"):
        assert said in page
    [welsh] = re.findall(f'/cases/{case}/notices/{ID}/(?=">The same)', page)
    assert 'lang="cy"' in officer.get(welsh).content.decode()
    served = {"served_at": "09:15", "method": "Read aloud and handed over", "acknowledged": "no", "read_back": "yes"}
    early = send(officer, f"{paper}served/", **day("served_on", date(2026, 2, 1)), **served)
    assert "before it was created" in errors(early)
    served |= {**day("served_on", clock.local_day(now())), "served_at": clock.london_text(now())[11:16]}
    assert send(officer, f"{paper}served/", **served).status_code == 302
    again = send(officer, f"{paper}served/", **served)  # the page was loaded again
    assert "recorded already" in again.content.decode()
    assert monitoring(office, case).deployment.state is DeploymentState.NOTICE_SERVED
    assert not monitoring(office, case).notices[0].acknowledged

    send(officer, f"{visit}others/", there="0", met="0")
    send(officer, f"{visit}device/", kind="computer", access="own_agreed", password="person")
    offered = send(officer, f"{visit}install/")
    [code] = re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){7}", offered.content.decode())
    assert offered["Cache-Control"] == "no-store"
    assert code not in officer.get(f"{visit}install/").content.decode()


def test_whoever_recorded_a_term_does_not_confirm_it(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    path = f"/cases/{case}/instruments/{office.story.instrument}/terms/new/"
    assert send(officer, path, **a_term()).status_code == 302
    [mine] = [term for term in file(office).terms if term.confirmed_by is None]
    confirm = f"/cases/{case}/terms/{mine.id}/confirm/"
    assert "a colleague must confirm it" in officer.get(confirm).content.decode()
    answer = officer.post(
        confirm, {"compared": "certified", "csrfmiddlewaretoken": officer.cookies["__Host-csrftoken"].value}
    )
    assert "A colleague must confirm it against the document" in errors(answer)  # type: ignore[arg-type]


def test_the_law_says_no_on_the_form_itself(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    term = {**a_term(), **day("until", date(2027, 1, 14))}
    answer = send(officer, f"/cases/{case}/instruments/{office.story.instrument}/terms/new/", **term)
    assert "lasts at least 5 years" in errors(answer)
    backwards = {**a_term(), **day("until", date(2025, 1, 14))}
    answer = send(officer, f"/cases/{case}/instruments/{office.story.instrument}/terms/new/", **backwards)
    assert "ends before it begins" in errors(answer)


@pytest.mark.parametrize(
    "given", [{}, {"outcome": "visit"}, {"reason": "Because."}, {"outcome": "guilty", "reason": "x"}]
)
def test_a_decision_has_an_outcome_of_the_list_and_a_reason(office: Office, given: dict[str, str]) -> None:
    officer, [alert] = sign_in("officer"), office.story.alerts
    officer.get(f"/alerts/{alert}/")
    errors(decide(officer, alert, **given))
    assert office.story.entries(Verb.ALERT_DECIDED) == []


def test_a_person_decides_once_and_is_shown_what(office: Office) -> None:
    officer, [alert] = sign_in("officer"), office.story.alerts
    officer.get(f"/alerts/{alert}/")
    page = officer.get(f"/alerts/{alert}/").content.decode()
    assert "Reasonable excuse considered" in page
    reason = "There may be a reasonable excuse: <b>a library</b> computer."
    answer = decide(officer, alert, outcome="reasonable_excuse_considered", reason=reason)
    shown = officer.get(answer["Location"]).content.decode()
    assert "Decision recorded" in shown
    assert "&lt;b&gt;a library" in shown
    assert "No alerts to decide" in officer.get("/alerts/").content.decode()
    view = office.story.alert()
    assert (view.state, view.decision and view.decision.reason) == (AlertState.DECIDED, reason)
    token = {"csrfmiddlewaretoken": officer.cookies["__Host-csrftoken"].value}
    again = officer.post(f"/alerts/{alert}/decide/", {"outcome": "visit", "reason": "Again", "shown": "1", **token})
    assert "This alert was decided already" in again.content.decode()


def test_what_a_decision_calls_for_waits_until_someone_says_what_came_of_it(office: Office) -> None:
    officer, colleague, [alert] = sign_in("officer"), sign_in("colleague"), office.story.alerts
    officer.get(f"/alerts/{alert}/")
    page = officer.get(f"/alerts/{alert}/").content.decode()
    assert "Speak to the person, at home or elsewhere. Due within 7 days." in page
    given = {"outcome": "visit", "reason": "To ask what it was.", "owner": office.story.colleague.id}
    late = {**given, **day("due", date(2099, 1, 1))}
    assert "is due within 7 days" in errors(decide(officer, alert, **late))
    assert "Refer without delay. Due by the end of tomorrow." in page
    tomorrow = clock.local_day(now()) + timedelta(days=1)
    answer = decide(officer, alert, **given, **day("due", tomorrow))
    shown = officer.get(answer["Location"]).content.decode()
    by_then = f"By the end of {tomorrow.day} {tomorrow:%B %Y}"  # the day that was typed, and not the midnight after it
    assert by_then in shown
    assert "Colleague Invented" in shown
    assert "whether they may harm themselves" in shown

    [path] = re.findall(f"/actions/{ID}/", colleague.get("/tasks/").content.decode())
    assert by_then in colleague.get(path).content.decode()
    done = {"outcome": "Spoke to them.", "outside_reference": "86/V/1"}
    assert "Record the welfare check before contact" in errors(send(colleague, f"{path}done/", **done))
    assert "Select the outcome" in errors(send(colleague, f"{path}welfare/"))
    assert send(colleague, f"{path}welfare/", welfare="no_concern").status_code == 302
    assert "Enter the reference" in errors(send(colleague, f"{path}done/", **done | {"outside_reference": ""}))
    assert send(colleague, f"{path}done/", **done).status_code == 302
    assert "86/V/1" in colleague.get(path).content.decode()
    assert "No tasks are due" in colleague.get("/tasks/").content.decode()


def test_an_exhibit_is_asked_for_once_the_alert_is_decided(office: Office) -> None:
    officer, story, [alert] = sign_in("officer"), office.story, office.story.alerts
    assert ">Exhibit<" not in officer.get(f"/alerts/{alert}/").content.decode()
    story_decides = {"outcome": "evidential", "reason": "For an investigation.", "unseen_reason": "Clear."}
    assert decide(officer, alert, **story_decides).status_code == 302
    [first, *_] = re.findall(
        f"/alerts/{alert}/occurrences/{ID}/seal/", officer.get(f"/alerts/{alert}/").content.decode()
    )
    given = {"initials": "so", "oic": story.supervisor.id, "reason": "For the investigation."}
    assert "two to four capital letters" in errors(send(officer, first, **given))
    assert "Select who is in charge" in errors(send(officer, first, **given | {"oic": story.authoriser.id}))
    answer = send(officer, first, **given | {"initials": "SO"})
    exhibit = f"/exhibits/{the_id(answer, 'exhibits')}/"
    assert "The vault does not answer" in errors(send(officer, f"{exhibit}seal/"))
    assert "Not yet" in officer.get(exhibit).content.decode()
    assert "SO1" in officer.get(f"/cases/{story.case}/evidence/").content.decode()


def test_a_bundle_is_asked_for_and_says_what_it_would_hold(office: Office) -> None:
    officer, supervisor, case = sign_in("officer"), sign_in("supervisor"), office.story.case
    period = {**day("since", date(2026, 1, 1)), **day("until", date(2099, 1, 1))}
    answer = send_checked(
        officer, f"/cases/{case}/exports/new/", recipient="An invented court", reason="A hearing", **period
    )
    export = the_id(answer, "exports")
    office.story.publish()
    shown = supervisor.get(f"/cases/{case}/exports/{export}/approve/").content.decode()
    assert "0 of 3 shown (3 withheld" in shown  # so far: the vault has opened nothing yet
    assert "There is nothing to approve: being prepared" in shown
    token = {"csrfmiddlewaretoken": supervisor.cookies["__Host-csrftoken"].value}
    early = supervisor.post(f"/cases/{case}/exports/{export}/approve/", token)
    assert "cannot become approved" in errors(early)  # type: ignore[arg-type]
    [entry] = office.story.entries(Verb.EXPORT_ASKED)
    assert (entry.recipient, entry.reason) == ("An invented court", "A hearing")


def test_the_second_person_refuses_a_bundle_with_a_reason_and_it_never_leaves(office: Office) -> None:
    officer, supervisor, case = sign_in("officer"), sign_in("supervisor"), office.story.case
    with office.running():
        asked = ExportRequest("An invented court", "A hearing", Period(Ms(0), now()))
        export = do_ask_export(case, asked, actor=office.story.officer)
    path = f"/cases/{case}/exports/{export}/"
    assert "Refuse the bundle" not in officer.get(path).content.decode()
    assert officer.get(f"{path}refuse/").status_code == 403
    assert "Enter why you refuse it" in errors(send(supervisor, f"{path}refuse/", reason=" "))
    assert send(supervisor, f"{path}refuse/", reason="Too much is opened.").status_code == 302
    shown = officer.get(path).content.decode()
    for said in ("Refused", "Supervisor Invented", "Too much is opened.", "Request another bundle"):
        assert said in shown
    assert "There is nothing to refuse: refused" in supervisor.get(f"{path}refuse/").content.decode()
    token = {"csrfmiddlewaretoken": supervisor.cookies["__Host-csrftoken"].value}
    late = supervisor.post(f"{path}approve/", token)
    assert "cannot become approved" in errors(late)  # type: ignore[arg-type]
    again = supervisor.post(f"{path}refuse/", {**token, "reason": "Once more."})
    assert again.status_code == 200
    [entry] = office.story.entries(Verb.EXPORT_REFUSED)
    assert (entry.actor.id, entry.recipient) == (office.story.supervisor.id, "An invented court")


def test_a_profile_is_asked_for(office: Office) -> None:
    officer, story = sign_in("officer"), office.story
    assert send(officer, f"/cases/{story.case}/devices/{story.device.device}/profile/").status_code == 302
    assert newest_profile(office) == (2, "asked")


def test_while_the_vault_is_down_nothing_is_shown_and_the_page_says_so(office: Office) -> None:
    officer, [alert] = sign_in("officer"), office.story.alerts
    leaf = office.story.alert().occurrences[0].leaf
    answer = send(officer, f"/alerts/{alert}/occurrences/{leaf}/", why="To see what it is")
    assert "The vault does not answer" in errors(answer)
    assert "https://listed.invalid" not in answer.content.decode()
