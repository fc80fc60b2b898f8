"""Requests and restrictions: the pages at both widths, without scripts (R-RGT-12, R-DPA-26)."""

import re
from datetime import date, timedelta

from playwright.sync_api import Browser, Page

from offmon.core import clock as time
from offmon.server.base import clock
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk, press
from tests.e2e.looking import look

TODAY = time.local_day(clock.now())


def fill_day(page: Page, legend: str, of: date) -> None:
    """A date in its three boxes."""
    group = page.get_by_role("group", name=legend)
    for label, value in (("Day", of.day), ("Month", of.month), ("Year", of.year)):
        group.get_by_label(label).fill(str(value))


def test_a_complaint_by_phone_from_being_taken_down_to_its_answer(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{face.story.case}/")
        page.get_by_role("button", name="Record a request").click()
        page.wait_for_url("**/requests/new/")
        press(page, "Record the request")
        assert "Select how it came" in page.inner_text(".govuk-error-summary")
        look(page, "take-down")
        page.get_by_label("They complain").check()
        page.get_by_label("By phone").check()
        fill_day(page, "When was it received?", TODAY - timedelta(days=35))
        page.get_by_label("What did they say?").fill("Nobody told me whom to ask.")
        press(page, "Record the request")
        assert "Tell the person its reference" in page.inner_text("main")
        assert re.search("overdue by [67] days", page.inner_text("tbody"), re.IGNORECASE)  # 7: a midnight came
        look(page, "requests")
    with at_desk(chromium, face, "supervisor") as page:
        page.goto("/requests/")
        page.get_by_role("link", name=re.compile("^C-")).click()
        page.wait_for_url(re.compile("/requests/[0-9a-f]+/$"))
        assert "Nobody told me whom to ask." in page.inner_text("main")
        look(page, "request")
        page.get_by_role("button", name="Acknowledge the complaint").click()
        page.wait_for_url("**/take-up/")
        look(page, "take-up")
        press(page, "Acknowledge the complaint")
        page.get_by_role("button", name="Record the answer").click()
        page.wait_for_url("**/answer/")
        look(page, "answer")
        page.get_by_label("Partly agreed").check()
        page.get_by_label("Answer", exact=True).fill("We said whom to ask, and are sorry that nobody had.")
        page.get_by_label("By letter").check()
        fill_day(page, "When was it sent?", TODAY)
        press(page, "Record the answer")
        assert "are sorry" in page.inner_text("main")
        look(page, "request-answered")


def test_more_time_is_taken_for_a_request(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer", scripts=False) as page:
        page.goto(f"/cases/{face.story.case}/requests/new/")
        page.get_by_label("Their data").check()
        page.get_by_label("By letter").check()
        fill_day(page, "When was it received?", TODAY)
        press(page, "Record the request")
    with at_desk(chromium, face, "supervisor") as page:
        page.goto("/requests/")
        page.get_by_role("link", name=re.compile("^D-")).click()
        page.get_by_role("button", name="Extend by two months").click()
        page.wait_for_url("**/extend/")
        look(page, "extend")
        page.get_by_label("Which reasons did you give the person?").fill("It is complex.")
        page.get_by_label("By letter").check()
        fill_day(page, "When were they told?", TODAY)
        press(page, "Record the extension")
        assert "Told of the two-month extension on" in page.inner_text("main")


def test_what_is_told_later_is_asked_agreed_to_and_lifted(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto("/restrictions/")
        look(page, "restrictions-none")
        page.goto(f"/cases/{face.story.case}/")
        page.get_by_role("button", name="Restrict what the person is told").click()
        page.wait_for_url("**/restrictions/new/")
        look(page, "ask-restriction")
        page.get_by_label("To avoid obstructing an inquiry").check()
        page.get_by_label("Disclosures").check()
        fill_day(page, "From which day?", TODAY - timedelta(days=1))
        fill_day(page, "To which day?", TODAY)
        page.get_by_label("Why is it necessary and proportionate?").fill("An inquiry into others would be obstructed.")
        fill_day(page, "When does it end?", TODAY + timedelta(days=60))
        page.get_by_label("Nothing", exact=True).check()
        press(page, "Request the restriction")
        assert "It holds nothing back yet" in page.inner_text("main")
        look(page, "restriction-waiting")
    with at_desk(chromium, face, "supervisor") as page:
        page.goto("/restrictions/")
        look(page, "restrictions")
        page.get_by_role("link", name=re.compile("^Sam Invented")).click()
        page.get_by_role("button", name="Decide").click()
        page.wait_for_url("**/decide/")
        look(page, "decide-restriction")
        page.get_by_label("Agree: hold the data back").check()
        page.get_by_label("Why?").fill("It is needed, and no longer than that.")
        press(page, "Record the decision")
        look(page, "restriction-in-force")
        page.get_by_role("button", name="Lift the restriction").click()
        page.wait_for_url("**/lift/")
        look(page, "lift-restriction")
        page.get_by_label("Why is it no longer needed?").fill("The inquiry is over.")
        press(page, "Lift the restriction")
        assert re.search("lifted", page.inner_text("main"), re.IGNORECASE)
