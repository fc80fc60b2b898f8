"""A decision closes what its maker saw: the alert's own page, whole, with the decision beside it (issue 2; S93). Then comes the next."""

import re
from typing import Any

import pytest
from django.test import Client

from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.server.audit import queries as log
from tests.integration.console.office import Office, hidden, sign_in
from tests.integration.triage.test_decide import REASON
from tests.integration.triage.test_pass_on import grow

WHOLE = ("It does not show who used the account", "Condition", "What was not examined", "What do you decide?")


def looks(office: Office) -> int:
    return len(office.story.entries(Verb.ALERT_REVIEW))


def post(browser: Client, office: Office, page: Any, **more: str) -> Any:
    given = {"outcome": "not_a_match", "reason": REASON, "owner": office.story.officer.id}
    return browser.post(f"/alerts/{office.story.alerts[0]}/decide/", {**hidden(page), **given, **more})


def test_the_page_shows_all_of_an_alert_and_the_decision_beside_it(office: Office) -> None:
    officer, [alert] = sign_in("officer"), office.story.alerts
    for number, path in enumerate((f"/alerts/{alert}/", f"/alerts/{alert}/decide/"), 1):
        shown = officer.get(path).content.decode()
        assert all(part in shown for part in WHOLE)
        assert "The words of the order, which name a victim." in shown
        assert looks(office) == number


def test_a_form_sent_without_a_look_closes_nothing_and_comes_back_with_the_whole_page(office: Office) -> None:
    """As by a second window of a colleague: what they read in it is a look of theirs, and then they can decide."""
    officer, colleague, [alert] = sign_in("officer"), sign_in("colleague"), office.story.alerts
    page = officer.get(f"/alerts/{alert}/")
    token = {"csrfmiddlewaretoken": colleague.cookies["__Host-csrftoken"].value}
    answer = post(colleague, office, page, **token)
    assert answer.status_code == 200
    assert "Read the whole page of this possible breach before you decide" in answer.content.decode()
    assert REASON in answer.content.decode()
    assert all(part in answer.content.decode() for part in WHOLE)
    assert office.story.entries(Verb.ALERT_DECIDED) == []
    assert post(colleague, office, answer).status_code == 302


def test_what_was_added_meanwhile_is_looked_at_before_it_is_decided(office: Office) -> None:
    """What was written in the form is still there; and sent again as it was, it closes no more than it showed."""
    officer, [alert] = sign_in("officer"), office.story.alerts
    page = officer.get(f"/alerts/{alert}/")
    grow(office.story, Gravity.URGENT)
    answer = post(officer, office, page)
    assert "New disclosures arrived since your review" in answer.content.decode()
    assert REASON in answer.content.decode()
    assert "New disclosures arrived since your review" in post(officer, office, page).content.decode()
    assert post(officer, office, answer).status_code == 302
    assert office.story.alert().decision is not None


def test_what_is_decided_is_said_to_whoever_comes_late(office: Office) -> None:
    colleague, [alert] = sign_in("colleague"), office.story.alerts
    page = colleague.get(f"/alerts/{alert}/")
    office.story.decide()
    late = post(colleague, office, page).content.decode()
    assert "This alert was decided already" in late
    assert "Decided by" in late
    assert "What do you decide?" not in late


def test_after_a_decision_comes_the_next_alert_and_says_what_was_decided(office: Office) -> None:
    """The last one leads to a page of its own. A welfare step that is due is said at once, and the way to put it right."""
    officer, [alert] = sign_in("officer"), office.story.alerts
    page = officer.get(f"/alerts/{alert}/")
    last = post(officer, office, page, outcome="visit")
    assert last["Location"] == f"/alerts/{alert}/decided/"
    assert "No alert is left" in officer.get(last["Location"]).content.decode()
    grow(office.story, Gravity.HIGH)
    [following] = re.findall(r"/alerts/([0-9a-f]{32})/", officer.get("/alerts/").content.decode())[:1]
    shown = officer.get(f"/alerts/{following}/?after={alert}").content.decode()
    assert "Recorded: Visit" in shown
    assert f"/alerts/{alert}/correct/" in shown
    assert "whether they may harm themselves" in shown
    assert "Decided before" in shown
    for odd in ("x", "0" * 32, following):
        assert "Recorded:" not in officer.get(f"/alerts/{following}/?after={odd}").content.decode()


def test_an_outcome_with_consequences_asks_why_no_disclosure_was_revealed(office: Office) -> None:
    """And the page names those outcomes before anybody chooses one."""
    officer, [alert] = sign_in("officer"), office.story.alerts
    page = officer.get(f"/alerts/{alert}/")
    assert "intelligence, safeguarding referral, evidential, recall considered" in page.content.decode()
    refused = post(officer, office, page, outcome="evidential")
    assert "Enter why you revealed no disclosure, or reveal one" in refused.content.decode()
    done = post(officer, office, page, outcome="evidential", unseen_reason="The address says enough.")
    assert done.status_code == 302
    assert "The address says enough." in officer.get(f"/alerts/{alert}/").content.decode()


def test_no_need_to_view_is_one_press_where_the_like_was_seen_and_decided_before(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, [alert] = sign_in("officer"), office.story.alerts
    page = officer.get(f"/alerts/{alert}/")
    assert "no_need" not in page.content.decode()
    assert post(officer, office, page).status_code == 302
    grow(office.story, Gravity.HIGH)
    [following] = re.findall(r"/alerts/([0-9a-f]{32})/", officer.get("/alerts/").content.decode())[:1]
    page = officer.get(f"/alerts/{following}/")
    assert "who revealed nothing" in page.content.decode()
    assert "no_need" not in page.content.decode()  # nobody has seen the like either
    seen = {(alert, office.story.officer.id): Ms(0)}
    monkeypatch.setattr(log, "first_reveals", lambda _alerts, _case: seen)
    page = officer.get(f"/alerts/{following}/")
    given = {"outcome": "evidential", "reason": REASON, "no_need": "on"}
    assert officer.post(f"/alerts/{following}/decide/", {**hidden(page), **given}).status_code == 302
    assert "No need to view: the like was decided before" in officer.get(f"/alerts/{following}/").content.decode()
