"""A wrong decision is corrected, with a reason: by its maker within a day, by a supervisor later; both decisions stay (R-AI-5)."""

from typing import Any

import pytest
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.alerts import correction
from offmon.core.alerts.correction import check_correctable
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome, DecisionRecord
from offmon.server.triage import queries
from offmon.server.triage.actions import BY_RULE, Correction, do_correct
from tests.integration.console.office import Office, hidden, send, send_checked, sign_in, sign_in_as
from tests.prove.markers import proves
from tests.unit.server.faces.matrix import Whose

WRONG = "I pressed the wrong outcome."
CORRECTED = {"why_corrected": WRONG, "outcome": "not_a_match", "reason": "Another place of that name.", "due_0": ""}
CANCELLED = {"task": "cancel", "cancelled_reason": "There is nothing to visit for."}


@pytest.fixture
def path(office: Office) -> str:
    """The page on which the officer's decision, which calls for a visit, is corrected."""
    office.story.decide(DecisionOutcome.VISIT)
    return f"/alerts/{office.story.alerts[0]}/correct/"


def allowed(decision: DecisionRecord, first_at: Ms, by: Id, at: Ms, *, corrects_others: bool) -> None:
    """As if anybody might correct it at any time."""


def view(office: Office) -> queries.AlertView:
    shown = queries.alert_in_part(office.story.alerts[0], actor=office.story.officer)
    assert shown is not None
    return shown


def outcomes(office: Office) -> list[str]:
    return [one.outcome for one in view(office).decisions]


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def look(browser: Client, office: Office) -> str:
    return text(browser.get(f"/alerts/{office.story.alerts[0]}/"))


@proves("S114", check_correctable, disabled=allowed)
def test_only_the_decider_within_a_day_or_a_supervisor_corrects(
    office: Office, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, colleague = sign_in("officer"), sign_in("colleague")
    assert "Correct the decision" not in look(colleague, office)
    assert "You cannot correct this decision" in text(colleague.get(path))
    assert "Correct the decision" in look(officer, office)
    shown = officer.get(path)
    monkeypatch.setattr(correction, "OWN_MS", -1)  # a day went by
    given = {**hidden(shown), **CORRECTED, **CANCELLED, "owner": office.story.officer.id}
    late = officer.post(path, given)
    assert "You cannot correct this decision" in text(late)
    with pytest.raises(Refused, match="not-yours-to-correct"), office.running():
        do_correct(
            office.story.alerts[0],
            DecisionOutcome.NOT_A_MATCH,
            "No match.",
            BY_RULE,
            Correction(Id(given["corrects"]), WRONG, None),
            shown=int(given["shown"]),
            actor=office.story.officer,
        )
    assert outcomes(office) == ["visit"]
    supervisor = sign_in_as(office, Role.SUPERVISOR, Whose.OWN)
    look(supervisor, office)
    owner = office.staff[Role.SUPERVISOR, Whose.OWN]
    assert send_checked(supervisor, path, **CORRECTED, **CANCELLED, owner=owner).status_code == 302
    assert outcomes(office) == ["visit", "not_a_match"]
    [entry] = office.story.entries(Verb.DECISION_CORRECTED)
    assert (entry.actor.id, [one.table for one in entry.touched]) == (owner, ["decision", "action"])


def test_it_is_checked_first_and_both_decisions_stay_with_the_cancelled_task(office: Office, path: str) -> None:
    officer = sign_in("officer")
    look(officer, office)
    task = view(office).action
    assert task is not None
    nothing = text(send(officer, path))
    for missing in ("Enter why you correct the decision", "Select an outcome", "Select what happens to the open tasks"):
        assert missing in nothing
    half = send(officer, path, **CORRECTED, task="cancel", owner=office.story.officer.id)
    assert "Enter why the tasks are cancelled" in text(half)
    checked = text(send(officer, path, **CORRECTED, **CANCELLED, owner=office.story.officer.id))
    for said in (WRONG, "Not a match", "No task follows", "They are cancelled", "The earlier decision stays beside it"):
        assert said in checked
    assert outcomes(office) == ["visit"]
    assert send_checked(officer, path, **CORRECTED, **CANCELLED, owner=office.story.officer.id).status_code == 302
    page = look(officer, office)
    for said in ("Earlier decision, corrected since", WRONG, CANCELLED["cancelled_reason"]):
        assert said in page
    assert f"/actions/{task.id}/" not in text(officer.get("/tasks/"))
    assert "This task was cancelled" in text(officer.get(f"/actions/{task.id}/done/"))
    late = send(
        officer, path, **CORRECTED, owner=office.story.officer.id
    )  # the correction may be corrected in its turn
    assert "Check your decision" in text(late)


def test_a_task_may_stay_and_a_correction_asks_for_its_own(office: Office, path: str) -> None:
    officer = sign_in("officer")
    look(officer, office)
    given = {**CORRECTED, "outcome": "safeguarding_referral", "unseen_reason": "Clear.", "task": "keep"}
    given["owner"] = office.story.officer.id
    assert send_checked(officer, path, **given).status_code == 302
    tasks = text(officer.get("/tasks/"))
    assert "safeguarding referral" in tasks.lower()
    assert "visit" in tasks.lower()


def test_whoever_corrects_has_read_all_of_it(office: Office, path: str) -> None:
    """As before a decision: the form is no look."""
    supervisor = sign_in_as(office, Role.SUPERVISOR, Whose.OWN)
    sent_on = supervisor.get(path)
    assert (sent_on.status_code, sent_on["Location"]) == (302, f"/alerts/{office.story.alerts[0]}/")


def test_of_two_who_correct_at_once_the_second_reads_the_first(office: Office, path: str) -> None:
    officer, supervisor = sign_in("officer"), sign_in_as(office, Role.SUPERVISOR, Whose.OWN)
    look(officer, office)
    look(supervisor, office)
    owner = office.staff[Role.SUPERVISOR, Whose.OWN]
    checked = send(supervisor, path, **CORRECTED, **CANCELLED, owner=owner)
    assert send_checked(officer, path, **CORRECTED, **CANCELLED, owner=office.story.officer.id).status_code == 302
    second = supervisor.post(path, {**hidden(checked), "step": "record"})
    assert "This decision was corrected already. Read the newest decision." in text(second)
    assert outcomes(office) == ["visit", "not_a_match"]


def test_an_alert_that_nobody_decided_has_nothing_to_correct(office: Office) -> None:
    assert sign_in("officer").get(f"/alerts/{office.story.alerts[0]}/correct/").status_code == 404
