"""Access to a case: the pages at both widths, from sharing with an agency to a guest who works and loses access."""

from playwright.sync_api import Browser

from offmon.core.access.roles import Role
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk, follow, press
from tests.e2e.looking import look
from tests.integration.console.office import sign_in_name
from tests.unit.server.faces.matrix import Whose

PARTY = "An invented probation service"
WORKER = sign_in_name(Role.SUPERVISOR, Whose.PARTYS)
GUEST = sign_in_name(Role.AUTHORISING_OFFICER, Whose.PARTYS)  # whom no other test of the office signs in


def test_a_guest_reaches_what_waits_elsewhere_in_one_press(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, WORKER) as page:
        page.goto("/")
        look(page, "queue-waits-elsewhere")
        page.goto("/working-for/")
        look(page, "working-for-waits-elsewhere")
        page.goto("/tasks/")
        press(page, "Work on cases of An invented force")
        assert "Sam Invented" in page.inner_text("main")
        look(page, "queue-as-guest")


def test_a_case_is_shared_worked_on_by_a_guest_and_shared_no_more(chromium: Browser, face: Face) -> None:
    case = f"/cases/{face.story.case}/"
    with at_desk(chromium, face, "officer") as page:
        page.goto(case)
        look(page, "case-with-workers")
        follow(page, "Manage access", "button")
        look(page, "people")
        follow(page, "Give a colleague access", "button")
        look(page, "open-to")
        page.get_by_label("Who gets access?").select_option(label="Stranger Invented, offender manager, North")
        page.get_by_label("Why do they need it?").fill("Covers leave.")
        press(page, "Give access")
        assert "Stranger Invented now has access to the case" in page.inner_text("main")
        page.goto(f"{case}people/{face.story.stranger.id}/end/")
        look(page, "end-access")
        page.get_by_label("Why does it end?").fill("Back from leave.")
        press(page, "End access")
        page.goto(f"{case}parties/new/")
        look(page, "share-case-none")
    with at_desk(chromium, face, GUEST) as page:
        page.goto("/working-for/")
        look(page, "working-for")
        page.get_by_label("Cases that An invented force shares").check()
        press(page, "Continue")
        look(page, "cases-as-guest")
        page.goto(case)
        assert page.get_by_role("button", name="Draft an authorisation").count() == 0
        look(page, "case-as-guest")
    with at_desk(chromium, face, "supervisor") as page:
        page.goto(f"{case}people/")
        follow(page, f"End the sharing with {PARTY}")
        look(page, "end-sharing")
        press(page, "End the sharing")
        look(page, "end-sharing-errors")
        page.get_by_label("Why does it end?").fill("The licence ended.")
        press(page, "End the sharing")
        assert f"no longer shared with {PARTY}" in page.inner_text("main")
        follow(page, "Share the case with an agency", "button")
        look(page, "share-case")
        page.get_by_label(PARTY).check()
        page.get_by_label("Supervision on licence").check()
        page.get_by_label("Why is the case shared?").fill("A new licence.")
        press(page, "Share the case")
        look(page, "open-to-party")
