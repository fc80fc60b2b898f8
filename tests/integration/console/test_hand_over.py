"""An alert changes hands, a caseload does for a time, and several like alerts are decided together (issue 17)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from offmon.core import clock as time
from offmon.core.alerts import escalation
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.agencies.actions import do_end_caseload, do_grant_caseload
from offmon.server.triage.actions import Shown, do_decide_together
from tests.integration.console.office import Office, hidden, send, sign_in
from tests.integration.console.test_acts import day, errors
from tests.integration.console.test_start_page import text
from tests.integration.triage.test_pass_on import grow, row_of
from tests.support.fake_device import now
from tests.support.taken import superuser

WHY = "Annual leave (invented)."


def leave(office: Office, days: int = 14, **given: str) -> dict[str, str]:
    last = time.local_day(now()) + timedelta(days=days)
    to = {"away": office.story.officer.id, "by": office.story.colleague.id, "reason": WHY}
    return {**to, **day("until", last), **given}


def test_an_alert_is_handed_to_a_colleague_who_has_it_from_then_on(office: Office) -> None:
    officer, [alert] = sign_in("officer"), office.story.alerts
    path = f"/alerts/{alert}/assign/"
    assert "Enter why you hand it over" in errors(send(officer, path, to=office.story.colleague.id))
    assert "Select who takes it" in errors(send(officer, path, to=office.story.officer.id, reason=WHY))
    assert send(officer, path, to=office.story.colleague.id, reason=WHY).status_code == 302
    assert row_of(office.story).owner == "Colleague Invented"
    [entry] = office.story.entries(Verb.ALERT_ASSIGNED)
    assert (entry.alert, entry.reason, entry.actor.id) == (alert, WHY, office.story.officer.id)
    assert "Officer Invented handed it over" in text(sign_in("colleague"), f"/alerts/{alert}/")
    assert WHY in text(sign_in("colleague"), f"/alerts/{alert}/")
    office.story.decide()
    assert "has already decided this" in text(officer, path)


def test_nobody_takes_a_colleagues_cases_by_saying_that_they_are_away(office: Office) -> None:
    story, colleague = office.story, sign_in("colleague")
    taken = leave(office, away=story.officer.id, by=story.colleague.id)
    assert "Ask your supervisor, or the colleague who is away" in errors(send(colleague, "/cover/", **taken))
    assert row_of(story).owner == "Officer Invented"


def test_a_caseload_is_handed_over_until_a_day_and_its_alerts_with_it(office: Office) -> None:
    """Whoever covers has what is raised meanwhile; both read it on their start page; it ends by itself, or sooner."""
    story, officer = office.story, sign_in("officer")
    with story.console():
        do_end_caseload(story.case, story.colleague.id, "Moved (invented).", actor=story.supervisor)
    assert "Select who covers" in errors(send(officer, "/cover/", **leave(office, by="")))
    assert "in the same role" in errors(send(officer, "/cover/", **leave(office, by=story.supervisor.id)))
    assert "within 56 days" in errors(send(officer, "/cover/", **leave(office, days=70)))
    assert send(officer, "/cover/", **leave(office)).status_code == 302
    assert row_of(story).owner == "Colleague Invented"
    token = {"csrfmiddlewaretoken": officer.cookies["__Host-csrftoken"].value}
    again: Any = officer.post("/cover/", token | leave(office))
    assert "have no case on your caseload that is not covered already" in errors(again)
    colleague = sign_in("colleague")
    for browser in (officer, colleague):
        assert "Colleague Invented covers for Officer Invented until the end of" in text(browser)
    story.decide()
    grow(story, Gravity.HIGH)
    assert row_of(story).owner == "Colleague Invented"  # raised meanwhile
    assert send(officer, "/cover/", end=f"{story.colleague.id}:{story.officer.id}").status_code == 404
    assert send(officer, "/cover/", end=f"{story.officer.id}:{story.colleague.id}").status_code == 302
    assert "No case is on your caseload" in text(colleague, "/cases/")


def test_a_cover_ends_by_itself_and_whoever_ends_access_ends_all_of_it(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    assert (
        send(officer, "/cover/", **leave(office)).status_code == 302
    )  # who has access already keeps it beside the cover
    with story.console():
        do_end_caseload(story.case, story.colleague.id, "Moved (invented).", actor=story.supervisor)
    assert "No case is on your caseload" in text(sign_in("colleague"), "/cases/")
    assert send(officer, "/cover/", **leave(office)).status_code == 302
    with superuser(story) as hand:
        hand.execute("update agencies_caseload set until = since + 1 where covers_id is not null")
    assert "No case is on your caseload" in text(sign_in("colleague"), "/cases/")
    assert "covers for" not in text(officer)
    with story.console():
        do_grant_caseload(story.case, story.colleague.id, "Back (invented).", actor=story.supervisor)


def post(browser: Client, path: str, page: Any, given: dict[str, Any]) -> HttpResponse:
    answer: Any = browser.post(path, hidden(page) | given)
    return answer  # type: ignore[no-any-return]  # the client's own response is an HttpResponse with more on it


def choices(page: Any) -> list[str]:
    return re.findall(r'value="([0-9a-f]{32}:\d+)"', page.content.decode())


def test_like_alerts_are_decided_together_each_by_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of each is shown, and looked at. What needs a task, or grew meanwhile, is not decided so."""
    monkeypatch.setattr(escalation, "MOST_FINDINGS", 3)
    story, officer = office.story, sign_in("officer")
    grow(story, Gravity.HIGH)
    first, second = story.alerts
    assert "Decide it with 1 like it" in text(officer, f"/alerts/{first}/")
    path = f"/alerts/{first}/together/"
    page: Any = officer.get(path)
    assert {entry.alert for entry in story.entries(Verb.ALERT_REVIEW)[-2:]} == {first, second}
    given: dict[str, Any] = {"alerts": choices(page), "outcome": "permitted", "reason": WHY}
    errors(post(officer, path, page, given | {"outcome": "visit"}))
    colleague = sign_in("colleague")
    token = {"csrfmiddlewaretoken": colleague.cookies["__Host-csrftoken"].value}
    assert "Read the whole page" in errors(
        post(colleague, path, page, given | token)
    )  # who only sends it has not looked
    monkeypatch.setattr(escalation, "MOST_FINDINGS", 5_000)
    grow(story, Gravity.HIGH)
    errors(post(officer, path, page, given))  # one grew: as it was, it is no choice
    assert story.entries(Verb.ALERT_DECIDED) == []
    page = officer.get(path)
    assert post(officer, path, page, given | {"alerts": choices(page)}).status_code == 302
    decided = story.entries(Verb.ALERT_DECIDED)
    assert sorted(str(one.alert) for one in decided) == sorted([first, second])
    assert len({one.decision for one in decided}) == 2
    assert "has already decided this" in text(officer, path)
    with story.console(), pytest.raises(Refused, match="own page"):
        do_decide_together([Shown(first, 3)], DecisionOutcome.VISIT, WHY, actor=story.officer)
