"""An alert's assignment and a decision's tasks until their outcome: the pages at both widths."""

import re
from functools import partial

from playwright.sync_api import Browser

from offmon.core.alerts.escalation import RESPONSE_MS
from offmon.core.formats.event import Gravity
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import look
from tests.integration.triage.test_pass_on import age, turn


def test_the_queue_says_whose_an_alert_is_and_that_it_was_passed_on(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        assert "Officer Invented" in page.inner_text("tbody")
        age(face.story, RESPONSE_MS[Gravity.HIGH])
        assert face.apart(partial(turn, face.story))
        page.goto("/alerts/")
        assert re.search("Escalated to Supervisor Invented\\s+OVERDUE", page.inner_text("tbody"), re.IGNORECASE)
        look(page, "queue-supervisor")
        age(face.story, RESPONSE_MS[Gravity.HIGH])
        assert face.apart(partial(turn, face.story))
        page.goto("/alerts/")
        assert "Escalated to the duty inspector: Inspector on duty, 86 003" in page.inner_text("tbody")
        look(page, "queue-inspector")
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        look(page, "alert-passed-on")


def test_a_visit_from_the_decision_to_what_came_of_it(chromium: Browser, face: Face) -> None:
    alert = f"/alerts/{face.story.alerts[0]}/"
    with at_desk(chromium, face, "supervisor") as page:
        page.goto(f"{alert}decide/")
        assert "Read the whole page of this possible breach before you decide" in page.inner_text("main")
        look(page, "alert-not-looked")
        page.get_by_role("button", name="Decide").click()
        page.wait_for_url("**/decide/")
        look(page, "decide-looked")
    with at_desk(chromium, face, "officer", scripts=False) as page:
        page.goto(alert)
        page.get_by_role("button", name="Decide").click()
        page.get_by_label("Visit", exact=True).check()
        page.get_by_label("Why?").fill("To ask what it was.")
        page.get_by_label("If there is a task, who does it?").select_option(label="Colleague Invented")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Record the decision").click()
        page.wait_for_url("**/decided/")
        assert "Colleague Invented" in page.inner_text("main")
    with at_desk(chromium, face, "colleague") as page:
        page.goto("/tasks/")
        look(page, "due")
        page.get_by_role("link", name=re.compile("^Visit")).click()
        page.wait_for_url("**/actions/*/")
        assert "may harm themselves" in page.inner_text("main")
        look(page, "action")
        page.get_by_role("button", name="Record the welfare check").click()
        page.wait_for_url("**/welfare/")
        look(page, "record-welfare")
        page.get_by_label("Checked: no concern now").check()
        page.get_by_role("button", name="Record the welfare check").click()
        page.wait_for_url(re.compile("/actions/[0-9a-f]+/$"))
        page.get_by_role("button", name="Record the outcome").click()
        page.wait_for_url("**/done/")
        look(page, "complete")
        page.get_by_label("Outcome").fill("Spoke to them at home.")
        page.get_by_label("Where is it recorded?").fill("86/V/1")
        page.get_by_role("button", name="Record as done").click()
        page.wait_for_url(re.compile("/actions/[0-9a-f]+/$"))
        assert "86/V/1" in page.inner_text("main")
        look(page, "action-done")
        page.goto("/tasks/")
        assert "No tasks are due" in page.inner_text("main")


def test_what_was_sent_becomes_an_exhibit_and_changes_hands(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer", scripts=False) as page:
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        page.get_by_role("link", name=re.compile("^Seal as an exhibit")).first.click()
        page.wait_for_url("**/seal/")
        page.get_by_label("Your initials").fill("OI")
        page.get_by_label("Supervisor Invented").check()
        page.get_by_label("Why is it sealed?").fill("For the investigation.")
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/exhibits/*/seal/")
        page.get_by_role("button", name="Seal the exhibit").click()
        page.wait_for_url(re.compile("/exhibits/[0-9a-f]+/$"))
        exhibit = page.url
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        page.get_by_role("link", name=re.compile("^Seal as an exhibit")).nth(1).click()
        page.wait_for_url("**/seal/")
        look(page, "ask-seal")
        page.goto(exhibit)
        page.get_by_role("button", name="Hand over the exhibit").click()
        page.wait_for_url("**/hand-over/")
        look(page, "hand-over")
        page.get_by_label("Colleague Invented").check()
        page.get_by_label("Where does it go?").fill("Laboratory")
        page.get_by_label("Why?").fill("To be looked at.")
        page.get_by_role("button", name="Record the hand-over").click()
        page.wait_for_url(re.compile("/exhibits/[0-9a-f]+/$"))
        assert "Laboratory" in page.inner_text("main")
        look(page, "exhibit")
        page.goto(f"/cases/{face.story.case}/")
        assert "OI1: sealed" in page.inner_text("main")
