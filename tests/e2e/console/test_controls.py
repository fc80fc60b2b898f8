"""Every page of the console: accessible at any width, its ids unique, and the words beside a control select that control (issue 13)."""

from collections import defaultdict

from playwright.sync_api import Browser, Page

from offmon.core.access.roles import Role
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk, press
from tests.e2e.controls import each_label_selects_its_own, is_labelled
from tests.e2e.looking import look, unfolded
from tests.integration.console.addresses import Addresses
from tests.integration.console.office import sign_in_name
from tests.unit.server.faces.matrix import ROLES, Line, Whose


def test_every_page_is_accessible_and_fits_and_so_is_each_refused_form(chromium: Browser, face: Face) -> None:
    """As whoever may open it first; folded and unfolded; and where it has boxes, sent empty. Each label selects its own control."""
    addresses: Addresses = face.apart(lambda: in_office(face))
    clicked = refused = 0
    for role, paths in by_whom(addresses).items():
        with at_desk(chromium, face, sign_in_name(role, Whose.OWN)) as page:
            for path in paths:
                page.goto(path)
                look(page, path)
                if unfolded(page):
                    look(page, f"{path} unfolded")
                page.reload()
                clicked += each_label_selects_its_own(page, path)
                refused += is_refused(page, path)
    assert clicked > 200
    assert refused > 20


def is_refused(page: Page, path: str) -> bool:
    """Whether the page's form, sent empty, comes back with what is wrong; then that page is looked at too."""
    page.goto(path)
    boxes = page.locator("main form[method=post] :is(input:not([type=hidden]), select, textarea)")
    if boxes.count() == 0:
        return False
    page.evaluate("document.querySelectorAll('main form').forEach((one) => one.noValidate = true)")
    with page.expect_navigation():
        page.locator("main form[method=post]:has(input:not([type=hidden]), select, textarea) button").last.click()
    if page.locator(".govuk-error-summary").count() == 0:
        return False
    look(page, f"{path} refused")
    return True


def test_the_words_of_each_outcome_record_that_outcome(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        for alert in undecided(page):
            page.goto(alert)
            page.goto(f"{alert}decide/")
            is_labelled(page, "decide")
            assert each_label_selects_its_own(page, "decide") == 15
            page.get_by_label("Why?").fill("Someone may be at risk.")
            for outcome in ("Safeguarding referral", "Step down"):
                page.get_by_text(outcome, exact=True).click()
                press(page, "Continue")
                look(page, "check-decision")
                assert outcome in page.locator("dd").first.inner_text()
                press(page, "Change your answer to: What do you decide?")
                assert page.get_by_role("radio", name=outcome).is_checked()


def undecided(page: Page) -> list[str]:
    page.goto("/alerts/")
    found = [link.get_attribute("href") for link in page.locator("tbody a").all()]
    return [href for href in found if href is not None]


def in_office(face: Face) -> Addresses:
    with face.office.running():
        return Addresses.of(face.office)


def by_whom(addresses: Addresses) -> dict[Role, list[str]]:
    """Each page, with the first role that may open it. The pages of a document are images."""
    given = defaultdict[Role, list[str]](list)
    for line, path in addresses.pages():
        if "/pages/" not in path:
            given[who_may(line)].append(path)
    return given


def who_may(line: Line) -> Role:
    return next(role for role in ROLES if line.expected(role, Whose.OWN) == 200)
