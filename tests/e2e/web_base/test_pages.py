"""Pages as people get them: accessible, within the width of a phone, clean under the policy, and working without scripts."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.looking import look
from tests.e2e.reach import by_keyboard, enlarged


@pytest.fixture
def page(chromium: Browser, face: str) -> Iterator[Page]:
    """It fails the test for anything the browser complains of, or asks of another host."""
    context = chromium.new_context(base_url=face)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    asked: set[str] = set()
    opened.on("request", lambda sent: asked.add(urlsplit(sent.url).netloc))
    yield opened
    context.close()
    assert complaints == []
    assert asked == {urlsplit(face).netloc}


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
    context = chromium.new_context(viewport={"width": 390, "height": 900}, base_url=face)
    opened = context.new_page()
    answer = opened.goto("/nowhere/")
    assert answer is not None
    assert answer.headers["x-request-id"] in opened.inner_text("main")
    look(opened, "not-found")
    context.close()


def test_everything_works_without_scripts(chromium: Browser, face: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900}, base_url=face)
    opened = context.new_page()
    opened.goto("/form/")
    assert opened.get_by_role("link", name="People").is_visible()  # the menu is open, since nothing could open it
    opened.get_by_role("button", name="Save and continue").click()
    assert opened.get_by_role("link", name="Enter order reference").get_attribute("href") == "#id_reference"
    assert not opened.get_by_role("button", name="Show password").is_visible()
    context.close()
