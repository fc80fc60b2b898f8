"""Two agencies hand a case over in a browser: proposed, approved and accepted, and each sees what is its own afterwards (issue 19)."""

import re

from playwright.sync_api import Browser, Page

from offmon.core.access.roles import Role
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import look
from tests.e2e.pressing import fill_date, follow, press
from tests.integration.console.office import sign_in_name
from tests.support.days import today
from tests.unit.server.faces.matrix import Whose

NAME, FORCE = "An invented probation service", "An invented force"
WHY = "The person moved to another county."


def propose(page: Page, case: str) -> None:
    """From the case's page of who works on it."""
    page.goto(f"{case}people/")
    look(page, "transfer-people")
    follow(page, "Propose a transfer", "button")
    look(page, "propose-transfer")
    page.get_by_label(NAME).check()
    fill_date(page, "From which day does it count?", today())
    page.get_by_label("Why does the case move?").fill(WHY)
    press(page, "Propose the transfer")
    look(page, "transfer")
    follow(page, "Withdraw the transfer")
    look(page, "withdraw-transfer")


def approve(page: Page) -> None:
    """From the start page, where it waits."""
    page.goto("/")
    follow(page, re.compile("^Approve a transfer"))
    follow(page, "Approve the transfer", "button")
    look(page, "approve-transfer")
    page.get_by_label(re.compile("my agency hands it over")).check()
    press(page, "Approve the transfer")


def accept(page: Page, person: str, officer: str) -> None:
    """From the start page of the agency that is asked. No name is seen before."""
    page.goto("/")
    press(page, f"Work on cases of {FORCE}")
    look(page, "transfer-start")
    assert person not in page.inner_text("main")
    follow(page, re.compile("^Accept a case"))
    look(page, "transfer-offer")
    assert person not in page.inner_text("main")
    follow(page, "Decline the case")
    look(page, "decline-transfer")
    follow(page, "Back")
    page.get_by_label("Which offender manager keeps the case?").select_option(value=officer)
    press(page, "Accept the case")
    assert person in page.inner_text("main")
    look(page, "transfer-accepted")


def test_a_case_goes_from_one_force_to_another(chromium: Browser, face: Face) -> None:
    story, case = face.story, f"/cases/{face.story.case}/"
    officer = face.office.staff[Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS]
    with at_desk(chromium, face, "officer") as page:
        propose(page, case)
    with at_desk(chromium, face, "supervisor") as page:
        approve(page)
    with at_desk(chromium, face, sign_in_name(Role.SUPERVISOR, Whose.ANOTHER_AGENCYS)) as page:
        accept(page, story.person, officer)
    with at_desk(chromium, face, "officer") as page:
        for path in ("/", "/cases/", "/alerts/"):
            page.goto(path)
            assert story.person not in page.inner_text("main"), path
    with at_desk(chromium, face, sign_in_name(Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS)) as page:
        page.goto("/")
        press(page, f"Work on cases taken over from {FORCE}")
        page.goto(case)
        assert story.person in page.inner_text("main")
        look(page, "transfer-case")
