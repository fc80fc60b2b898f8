"""A supervisor looks at decisions again, blind: chance draws them, and both decisions stand (R-AI-5; issue 18)."""

import pytest
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client

from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.base.rows import records_of
from offmon.server.base.scope import scope
from offmon.server.triage.actions.second_looks import do_draw, do_look_again
from offmon.server.triage.models import SecondLook
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import errors
from tests.integration.console.test_start_page import links, text
from tests.prove.markers import proves

FOUND = {"outcome": "visit", "reason": "I would have gone there (invented)."}
REASON = "Looked at in full."


@pytest.fixture
def drawn(office: Office) -> tuple[Client, Id]:
    """The officer decided an alert, and chance drew it for the supervisor, who has not opened it."""
    office.story.decide(DecisionOutcome.PERMITTED)
    supervisor = sign_in("supervisor")
    assert "1 decision is drawn for you" in text(supervisor, send(supervisor, "/team/draw/")["Location"])
    return supervisor, office.story.alerts[0]


def look(browser: Client, alert: Id, **changed: object) -> HttpResponse:
    browser.get(f"/alerts/{alert}/")
    return send(browser, f"/alerts/{alert}/second-look/", **{**FOUND, "shown": 3, **changed})


def test_the_first_decision_is_shown_after_ones_own_and_both_stand(office: Office, drawn: tuple[Client, Id]) -> None:
    supervisor, alert = drawn
    assert f"/alerts/{alert}/" in links(supervisor, "/team/")
    blind = text(supervisor, f"/alerts/{alert}/")
    assert "Chance drew this decision for your second look" in blind
    case = office.story.case
    for page in (f"/alerts/{alert}/", f"/cases/{case}/alerts/"):
        assert REASON not in text(supervisor, page)
        assert "Permitted, " not in text(supervisor, page)
    assert "Shown after your second look" in text(supervisor, f"/cases/{case}/alerts/")
    look(supervisor, alert)
    both = text(supervisor, f"/alerts/{alert}/")
    assert REASON in both
    assert "Second look: another outcome" in both
    assert FOUND["reason"] in both
    assert FOUND["reason"] in text(sign_in("officer"), f"/alerts/{alert}/")  # who decided learns of it
    assert office.story.alert().decision is not None
    assert office.story.alert().decision.outcome is DecisionOutcome.PERMITTED  # type: ignore[union-attr]
    assert "Month Second looks The same outcome Another outcome" in text(supervisor, "/team/")
    with office.story.console(), scope(office.story.supervisor):
        kinds = [record.kind for _, record in records_of(case, "triage")]
    assert kinds.count("second-look") == 1  # a bundle has it beside the decision


def test_it_is_recorded_once_with_a_reason_and_of_what_was_drawn(office: Office, drawn: tuple[Client, Id]) -> None:
    supervisor, alert = drawn
    assert "Enter your reason" in errors(look(supervisor, alert, reason=" "))
    with office.story.console(), pytest.raises(Refused, match="still wait"):
        do_draw(actor=office.story.supervisor)
    look(supervisor, alert)
    assert "recorded this second look already" in text_of(look(supervisor, alert))
    assert len(office.story.entries(Verb.DECISION_LOOKED_AT_AGAIN)) == 1
    assert "No decision of the last four weeks is left" in text(supervisor, send(supervisor, "/team/draw/")["Location"])


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_who_has_seen_the_decision_or_made_it_is_not_given_it(office: Office) -> None:
    office.story.decide(DecisionOutcome.PERMITTED)
    supervisor = sign_in("supervisor")
    supervisor.get(f"/alerts/{office.story.alerts[0]}/")
    send(supervisor, "/team/draw/")
    assert office.story.entries(Verb.DECISION_DRAWN) == []
    assert sign_in("officer").get("/team/draw/").status_code == 403
    assert sign_in("officer").get(f"/alerts/{office.story.alerts[0]}/second-look/").status_code == 403


def test_no_other_page_tells_how_it_was_decided_before_ones_own_look(office: Office) -> None:
    """Its task would, on five pages; and what the supervisor saw of it before is not drawn."""
    office.story.decide(DecisionOutcome.VISIT)
    supervisor, case = sign_in("supervisor"), office.story.case
    assert "1 decision is drawn for you" in text(supervisor, send(supervisor, "/team/draw/")["Location"])
    [task] = {one for one in links(sign_in("officer"), "/tasks/") if one.startswith("/actions/")}
    for page in ("/", "/tasks/", "/team/", f"/cases/{case}/", f"/cases/{case}/visit-sheet/"):
        assert task not in links(supervisor, page)
        assert "Visit the" not in text(supervisor, page)
    assert supervisor.get(task).status_code == 404
    look(supervisor, office.story.alerts[0], outcome="permitted")
    assert task in links(supervisor, "/tasks/")


def test_a_decision_whose_task_was_seen_is_not_drawn(office: Office) -> None:
    office.story.decide(DecisionOutcome.VISIT)
    supervisor = sign_in("supervisor")
    supervisor.get("/tasks/")
    send(supervisor, "/team/draw/")
    assert office.story.entries(Verb.DECISION_DRAWN) == []


@proves("S140", drop="drop trigger second_look_by_another on triage_secondlook")
def test_the_database_takes_no_second_look_by_who_decided_nor_a_changed_one(
    office: Office, drawn: tuple[Client, Id]
) -> None:
    supervisor, alert = drawn
    look(supervisor, alert)
    story = office.story
    with story.console(), scope(story.supervisor):
        row = SecondLook.objects.get(alert_id=alert)
        row.reason = "Something else."
        with pytest.raises(IntegrityError):
            row.save(update_fields=["reason"])


def test_another_s_second_look_is_not_one_s_own(office: Office, drawn: tuple[Client, Id]) -> None:
    story, (_, alert) = office.story, drawn
    with story.console():
        for actor in (story.officer, story.colleague):
            with pytest.raises(Refused):
                do_look_again(alert, DecisionOutcome.VISIT, "x", shown=3, actor=actor)
            with pytest.raises(Refused):
                do_draw(actor=actor)
