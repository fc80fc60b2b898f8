"""What a decision calls for, from the decision to what came of it: the pages at both widths, without scripts, as officers meet them."""

import re

from playwright.sync_api import Browser

from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk, look


def test_a_visit_from_the_decision_to_what_came_of_it(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer", scripts=False) as page:
        page.goto(f"/alerts/{face.story.alerts[0]}/decide/")
        page.get_by_label("Visit", exact=True).check()
        page.get_by_label("Why?").fill("To ask what it was.")
        page.get_by_label("Who does it, if something follows?").select_option(label="Colleague Invented")
        page.get_by_role("button", name="Record the decision").click()
        page.wait_for_url("**/decided/")
        assert "Colleague Invented" in page.inner_text("main")
    with at_desk(chromium, face, "colleague") as page:
        page.goto("/due/")
        look(page, "due")
        page.get_by_role("link", name=re.compile("^Visit")).click()
        page.wait_for_url("**/actions/*/")
        assert "may harm themselves" in page.inner_text("main")
        look(page, "action")
        page.get_by_role("button", name="Record the welfare step").click()
        page.wait_for_url("**/welfare/")
        look(page, "record-welfare")
        page.get_by_label("Asked, and there is no concern now").check()
        page.get_by_role("button", name="Record the welfare step").click()
        page.wait_for_url(re.compile("/actions/[0-9a-f]+/$"))
        page.get_by_role("button", name="Record what came of it").click()
        page.wait_for_url("**/done/")
        look(page, "complete")
        page.get_by_label("What came of it?").fill("Spoke to them at home.")
        page.get_by_label("Where is it recorded?").fill("86/V/1")
        page.get_by_role("button", name="Record as done").click()
        page.wait_for_url(re.compile("/actions/[0-9a-f]+/$"))
        assert "86/V/1" in page.inner_text("main")
        look(page, "action-done")
        page.goto("/due/")
        assert "Nothing is due" in page.inner_text("main")
