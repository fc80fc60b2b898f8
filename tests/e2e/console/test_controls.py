"""Every page of the console: its ids are unique, and the words beside a control select that control (issue 13)."""

from collections import defaultdict

from playwright.sync_api import Browser, Page

from offmon.core.access.roles import Role
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk, press
from tests.e2e.controls import each_label_selects_its_own, is_labelled
from tests.e2e.looking import look
from tests.integration.console.addresses import Addresses
from tests.integration.console.office import sign_in_name
from tests.unit.server.faces.matrix import ROLES, Line, Whose


def test_each_label_of_each_page_selects_its_own_control(chromium: Browser, face: Face) -> None:
    addresses: Addresses = face.apart(lambda: in_office(face))
    clicked = 0
    for role, paths in by_whom(addresses).items():
        with at_desk(chromium, face, sign_in_name(role, Whose.OWN)) as page:
            for path in paths:
                page.goto(path)
                is_labelled(page, path)
                clicked += each_label_selects_its_own(page, path)
    assert clicked > 200


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
