"""Two administrators change how long alerts may wait, through the browser; an officer reads what is in force (issue 20)."""

from playwright.sync_api import Browser

from offmon.core.access.roles import Role
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import glance, look
from tests.e2e.pressing import follow, press
from tests.integration.console.office import sign_in_name
from tests.unit.server.faces.matrix import Whose

ADMIN, SECOND = sign_in_name(Role.TENANT_ADMIN, Whose.OWN), sign_in_name(Role.TENANT_ADMIN, Whose.COLLEAGUES)


def test_two_administrators_change_the_times(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, ADMIN) as page:
        page.goto("/on-call/")
        follow(page, "See the times that count")
        look(page, "times-of-the-design")
        follow(page, "Propose other times", "button")
        page.get_by_label("Time to acknowledge urgent alerts").fill("20 minutes")
        page.get_by_label("Why do the times change?").fill("More staff at night (invented).")
        press(page, "Continue")
        assert "must be between 5 minutes and 15 minutes" in page.inner_text(".govuk-error-summary")
        look(page, "times-refused")
        page.get_by_label("Time to acknowledge urgent alerts").fill("10 minutes")
        press(page, "Continue")
        glance(page, "times-checked")
        press(page, "Propose these times")
        assert "15 minutes → 10 minutes" in page.inner_text("main")
    with at_desk(chromium, face, SECOND) as page:
        page.goto("/staff/")
        follow(page, "Proposed times for alerts")
        look(page, "times-proposed")
        press(page, "Agree")
        assert "The new times are in force" in page.inner_text("main")
        look(page, "times-changed")
    with at_desk(chromium, face, "officer") as page:
        page.goto("/on-call/times/")
        assert "In force since" in page.inner_text("main")
        assert page.get_by_role("button", name="Propose other times").count() == 0
