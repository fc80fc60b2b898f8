"""A decision closes what its maker saw. Its form counts as no consultation, and returns if more was sent meanwhile (issue 2; S93)."""

from typing import Any

from django.test import Client

from offmon.core.formats.event import Gravity
from offmon.core.log.audit import Verb
from tests.integration.console.office import Office, hidden, sign_in
from tests.integration.triage.test_decide import REASON
from tests.integration.triage.test_pass_on import grow

WHOLE = ("What was detected", "Conditions this relates to", "What was not examined")


def looks(office: Office) -> int:
    return len(office.story.entries(Verb.ALERT_REVIEW))


def post(browser: Client, office: Office, page: Any, **more: str) -> Any:
    given = {"outcome": "not_a_match", "reason": REASON, "owner": office.story.officer.id}
    path = f"/alerts/{office.story.alerts[0]}/decide/"
    answered = browser.post(path, {**hidden(page), **given, **more})
    if "step" in more or "Check your decision" not in answered.content.decode():
        return answered
    return browser.post(path, {**hidden(answered), "step": "record"})


def test_whoever_has_not_looked_at_all_of_it_is_sent_to_do_so(office: Office) -> None:
    """Neither the form nor one of the times it was noticed shows all: opening them is entered, and is no look."""
    officer, [alert] = sign_in("officer"), office.story.alerts
    sent_on = officer.get(f"/alerts/{alert}/decide/")
    assert (sent_on.status_code, sent_on["Location"]) == (302, f"/alerts/{alert}/")
    assert looks(office) == 0
    shown = officer.get(f"/alerts/{alert}/")
    assert "Read the whole page of this possible breach before you decide" in shown.content.decode()
    assert all(part in shown.content.decode() for part in WHOLE)
    assert looks(office) == 1
    assert officer.get(f"/alerts/{alert}/decide/").status_code == 200


def test_a_form_sent_without_a_look_closes_nothing(office: Office) -> None:
    """As by a second window, or one of the times it was noticed alone."""
    officer, colleague, [alert] = sign_in("officer"), sign_in("colleague"), office.story.alerts
    leaf = office.story.alert("colleague").occurrences[0].leaf
    for browser, path in ((colleague, "decide/"), (officer, f"occurrences/{leaf}/")):
        page = browser.get(f"/alerts/{alert}/{path}")
        assert page.status_code == 200
        [entry] = office.story.entries(Verb.ALERT_CONSULTED)[-1:]
        assert (entry.alert, entry.request) == (alert, page["X-Request-Id"])
    answer = post(officer, office, page, shown="3")
    assert answer.status_code == 200
    assert "Read the whole page of this possible breach before you decide" in answer.content.decode()
    assert REASON in answer.content.decode()
    assert (looks(office), office.story.entries(Verb.ALERT_DECIDED)) == (1, [])  # the colleague's


def test_a_form_that_was_opened_before_comes_back_and_they_look_at_what_was_added(office: Office) -> None:
    """And what was written in it is still there."""
    officer, [alert] = sign_in("officer"), office.story.alerts
    officer.get(f"/alerts/{alert}/")
    page = officer.get(f"/alerts/{alert}/decide/")
    grow(office.story, Gravity.URGENT)
    answer = post(officer, office, page)
    assert answer.status_code == 200
    assert "New disclosures arrived since your review" in answer.content.decode()
    assert REASON in answer.content.decode()
    assert looks(office) == 1  # it does not show what was added as the alert's page does
    assert post(officer, office, answer).status_code == 200
    assert officer.get(f"/alerts/{alert}/decide/")["Location"] == f"/alerts/{alert}/"
    assert "New disclosures arrived since your review" in officer.get(f"/alerts/{alert}/").content.decode()
    assert post(officer, office, page).status_code == 200  # sent again as it was, it closes no more than it showed
    assert post(officer, office, answer).status_code == 302
    assert office.story.alert().decision is not None


def test_what_is_decided_is_said_to_whoever_comes_late(office: Office) -> None:
    """They need not look for that."""
    office.story.decide()
    late = sign_in("colleague").get(f"/alerts/{office.story.alerts[0]}/decide/")
    assert "has already decided this" in late.content.decode()


def test_a_decision_is_checked_before_it_is_recorded_and_can_be_changed(office: Office) -> None:
    """Each answer is said as it would be recorded, what follows from it included. Nothing is recorded by a form that nobody checked."""
    officer, [alert] = sign_in("officer"), office.story.alerts
    officer.get(f"/alerts/{alert}/")
    page = officer.get(f"/alerts/{alert}/decide/")
    lines = "First <b>this</b>.\nThen that."
    checked = post(officer, office, page, outcome="visit", reason=lines, step="")
    shown = " ".join(checked.content.decode().split())
    for words in (
        "Check your decision",
        ">Visit<",
        "Officer Invented",
        "By the end of",
        "First &lt;b&gt;this",
    ):
        assert words in shown
    assert office.story.entries(Verb.ALERT_DECIDED) == []
    changed = officer.post(f"/alerts/{alert}/decide/", {**hidden(checked), "step": "change"})
    assert "First &lt;b&gt;this" in changed.content.decode()
    assert "Record the decision" not in changed.content.decode()
    nothing = post(officer, office, page, step="").content.decode()
    assert "No task follows" in nothing
    assert "who does it" not in nothing
    for skipped in (
        {**hidden(page), "outcome": "visit", "reason": lines},
        {**hidden(checked), "outcome": "permitted"},
        {**hidden(checked), "seal": ""},
    ):
        shown_first = officer.post(f"/alerts/{alert}/decide/", {**skipped, "step": "record"})
        assert "Check your decision" in shown_first.content.decode()
    assert office.story.entries(Verb.ALERT_DECIDED) == []
    assert officer.post(f"/alerts/{alert}/decide/", {**hidden(checked), "step": "record"}).status_code == 302
    decision = office.story.alert().decision
    assert decision is not None
    assert (decision.outcome, decision.reason) == ("visit", lines)


def test_more_that_is_sent_while_they_check_is_looked_at_first(office: Office) -> None:
    officer, [alert] = sign_in("officer"), office.story.alerts
    officer.get(f"/alerts/{alert}/")
    checked = post(officer, office, officer.get(f"/alerts/{alert}/decide/"), step="")
    grow(office.story, Gravity.URGENT)
    again = officer.post(f"/alerts/{alert}/decide/", {**hidden(checked), "step": "record"})
    assert "New disclosures arrived since your review" in again.content.decode()
    assert office.story.entries(Verb.ALERT_DECIDED) == []


def test_an_outcome_with_consequences_asks_why_no_disclosure_was_revealed(office: Office) -> None:
    """And the page names those outcomes before anybody chooses one."""
    officer, [alert] = sign_in("officer"), office.story.alerts
    officer.get(f"/alerts/{alert}/")
    page = officer.get(f"/alerts/{alert}/decide/")
    assert "intelligence, safeguarding referral, evidential, recall considered" in page.content.decode()
    refused = post(officer, office, page, outcome="evidential")
    assert "Enter why you revealed no disclosure, or go back and reveal one" in refused.content.decode()
    checked = post(officer, office, page, outcome="evidential", unseen_reason="The address says enough.", step="")
    assert "The address says enough." in checked.content.decode()
    assert (
        "The address says enough." not in post(officer, office, page, step="").content.decode()
    )  # nothing to say why of
    assert officer.post(f"/alerts/{alert}/decide/", {**hidden(checked), "step": "record"}).status_code == 302
    assert "Why no disclosure was revealed" in officer.get(f"/alerts/{alert}/").content.decode()
