"""Pages as people get them: accessible, within the width of a phone, clean under the policy, and working without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.looking import look
from tests.e2e.reach import by_keyboard, enlarged
from tests.e2e.serving import opened


@pytest.fixture
def page(chromium: Browser, face: str) -> Iterator[Page]:
    with opened(chromium, face) as page:
        yield page


@pytest.mark.parametrize("path", ["/", "/form/"])
def test_a_page_is_accessible_by_keyboard_too_and_fits_at_any_size(page: Page, path: str) -> None:
    page.goto(path)
    by_keyboard(page, path)
    look(page, path.strip("/") or "page")
    enlarged(page, path)


def test_a_form_with_errors_is_accessible_and_its_summary_leads_to_the_boxes(page: Page) -> None:
    page.goto("/form/")
    page.get_by_label("Order reference").fill("far too long a reference")
    page.get_by_label("Day", exact=True).fill("27")
    page.get_by_label("Month", exact=True).fill("3")
    # The token and the Origin header pass here only because the referrer policy is not `no-referrer` (see wiring).
    page.get_by_role("button", name="Save and continue").click()
    assert page.title().startswith("Error: ")
    page.wait_for_function("document.activeElement.classList.contains('govuk-error-summary')")
    look(page, "form-errors")
    page.get_by_role("link", name="The end date must include a year").click()
    assert page.locator(":focus").get_attribute("id") == "id_ends-year"


def test_an_error_page_is_accessible_and_gives_its_reference(chromium: Browser, face: str) -> None:
    with opened(chromium, face, excused=("/nowhere/",), viewport={"width": 390, "height": 900}) as page:
        answer = page.goto("/nowhere/")
        assert answer is not None
        assert answer.headers["x-request-id"] in page.inner_text("main")
        look(page, "not-found")


def test_everything_works_without_scripts(chromium: Browser, face: str) -> None:
    with opened(chromium, face, java_script_enabled=False, viewport={"width": 390, "height": 900}) as page:
        page.goto("/form/")
        assert page.get_by_role("link", name="People").is_visible()  # the menu is open, since nothing could open it
        page.get_by_role("button", name="Save and continue").click()
        assert page.get_by_role("link", name="Enter order reference").get_attribute("href") == "#id_reference"
        assert not page.get_by_role("button", name="Show password").is_visible()
