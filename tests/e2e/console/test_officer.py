"""Officers at the console: every page at desktop and phone width, by keyboard, without scripts, up to the bundle."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, StorageState

from offmon.core.log.audit import Verb
from offmon.server.agencies.authentication.codes import code_of, step_of
from offmon.server.base import clock
from offmon.verify.app import judge
from tests.e2e.console.conftest import Face
from tests.e2e.looking import look
from tests.integration.console.office import PASSWORD, SECRET
from tests.support.papers import PDF

_signed_in: dict[tuple[str, str], StorageState] = {}


@contextmanager
def at_desk(chromium: Browser, face: Face, name: str, *, scripts: bool = True) -> Iterator[Page]:
    """Someone who signed in. The test fails for anything the browser complains of, or asks of another host.

    Through the forms the first time, and then as in a browser that was left open: a code of their app works once.
    """
    kept = _signed_in.get((face.address, name))
    context = chromium.new_context(base_url=face.address, java_script_enabled=scripts, storage_state=kept)
    page = context.new_page()
    complaints: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # The browser's own viewer of PDFs is a page of the browser, and asks itself for its parts.
    page.on("request", lambda sent: asked.add(urlsplit(sent.url).netloc) if sent.url.startswith("http") else None)
    page.goto("/")
    if kept is None:
        page.get_by_label("Sign-in name").fill(name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        press(page, "Sign in")
        page.get_by_label("Code from your authenticator app").fill(code_of(SECRET, step_of(clock.now())))
        press(page, "Sign in")
        _signed_in[face.address, name] = context.storage_state()
    yield page
    context.close()
    assert complaints == []
    assert asked == {urlsplit(face.address).netloc}


def press(page: Page, button: str) -> None:
    """Send the page's form, and wait for what it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def follow(page: Page, name: str | re.Pattern[str], role: Literal["link", "button"] = "link") -> None:
    """Follow a link (some look like buttons), and wait for the page."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


def fill_date(page: Page, legend: str, on: date) -> None:
    group = page.get_by_role("group", name=legend, exact=True)
    for label, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        group.get_by_label(label).fill(str(value))


def test_the_sign_in_page_and_its_errors_are_accessible(chromium: Browser, face: Face) -> None:
    context = chromium.new_context(base_url=face.address)
    page = context.new_page()
    page.goto("/alerts/")
    look(page, "sign-in")
    press(page, "Sign in")
    assert page.title().startswith("Error: ")
    look(page, "sign-in-errors")
    context.close()


def test_the_queue_is_worked_by_keyboard(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        assert page.url.endswith("/alerts/")
        rows = page.locator("tbody tr")
        assert rows.count() == 1
        assert rows.locator("a").count() == 1
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # past the navigation, by the link that every page begins with
        for _ in range(3):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.closest('tbody') !== null"):
                break
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == "Possible breach: host"


def test_an_alert_says_why_and_what_was_not_looked_at(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        text = page.inner_text("main")
    for words in (
        "Visit to a listed site",
        "site-list@1, rule host",
        "You must not use listed places (site).",
        "what the page says or shows",
        "who was at the keyboard",
        "It does not show who or why.",
    ):
        assert words in text


def test_what_was_sent_is_shown_for_a_reason_once_and_not_kept(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        follow(page, re.compile("^Reveal the disclosure of"))
        look(page, "occurrence")
        press(page, "Reveal the disclosure")
        assert page.get_by_role("link", name="Enter why you need to see it").is_visible()
        look(page, "occurrence-errors")
        page.get_by_label("Why do you need to see it?").fill("To decide what it is")
        with page.expect_navigation() as sent:
            page.get_by_role("button", name="Reveal the disclosure").click()
        assert sent.value.headers["cache-control"] == "no-store"
        shown = page.inner_text("main")
        assert "https://listed.invalid/1" in shown
        assert page.locator("main a[href*='listed.invalid']").count() == 0
        look(page, "revealed")
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        assert "listed.invalid/1" not in page.content()
    [entry] = face.apart(lambda: face.story.entries(Verb.CONTENT_REVEALED))
    assert (entry.actor.id, entry.reason) == (face.story.officer.id, "To decide what it is")


def test_a_decision_without_scripts(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer", scripts=False) as page:
        page.goto("/alerts/")
        follow(page, re.compile("^host"))
        follow(page, "Decide", "button")
        press(page, "Continue")
        assert page.get_by_role("link", name="Select an outcome").get_attribute("href") == "#id_outcome"
        page.get_by_label("Reasonable excuse considered").check()
        page.get_by_label("Why?").fill("A library’s computer opened it by itself; there may be an excuse.")
        press(page, "Continue")
        press(page, "Change your answer to: Why?")
        assert page.url.endswith("/decide/#id_reason")
        assert page.get_by_label("Reasonable excuse considered").is_checked()
        page.get_by_label("Why?").fill("A library’s computer opened it by itself; there may be a reasonable excuse.")
        press(page, "Continue")
        assert "Check your decision before you record it" in page.inner_text("h1")
        press(page, "Record the decision")
        assert "Decision recorded" in page.inner_text("h1")
        assert "a reasonable excuse" in page.inner_text("main")
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/alerts/{face.story.alerts[0]}/decided/")
        look(page, "decided")
        page.goto("/alerts/")
        look(page, "queue-empty")
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        look(page, "alert-decided")


def test_an_order_is_recorded_from_its_document(chromium: Browser, face: Face, tmp_path: Path) -> None:
    scan = tmp_path / "licence.pdf"
    scan.write_bytes(PDF)
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{face.story.case}/")
        follow(page, "Add an order or licence", "button")
        page.get_by_label("Licence").check()
        press(page, "Continue")
        page.get_by_label("The document, as a scan or PDF").set_input_files(scan)
        press(page, "Upload the document")
        page.get_by_label("An invented probation service").check()
        page.get_by_label("Contact online").check()
        page.get_by_label("Who made it?").fill("An invented governor")
        page.get_by_label("What is its reference?").fill("L86/0000")
        for legend in ("When was it made?", "When was it served?", "From when is it in force?"):
            fill_date(page, legend, date(2026, 2, 1))
        fill_date(page, "When did the supervising officer ask for monitoring?", date(2026, 2, 2))
        page.get_by_label("At what time was it served?").fill("10:00")
        page.get_by_label("How did you check it?").fill("With the prison")
        press(page, "Record the document")
        assert "The document is recorded." in page.inner_text("main")
        look(page, "record-term-after")
        page.goto(f"/cases/{face.story.case}/")
        assert "L86/0000, made by An invented governor" in page.inner_text("main")
        look(page, "case-two-instruments")


def test_a_code_is_shown_once(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{face.story.case}/enrolment/")
        press(page, "Create the enrolment code")
        assert re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){7}", page.inner_text("main"))
        look(page, "enrolment-code")


def test_a_bundle_is_asked_by_one_approved_by_another_taken_out_and_verifies(
    chromium: Browser, face: Face, tmp_path: Path
) -> None:
    story = face.story
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{story.case}/exports/new/")
        page.get_by_label("Who is it for?").fill("An invented court")
        page.get_by_label("Why do they need it?").fill("A hearing")
        fill_date(page, "Open disclosures from", date(2026, 1, 1))
        fill_date(page, "Open disclosures up to and including", date(2099, 1, 1))
        press(page, "Continue")
        press(page, "Request the bundle")
        look(page, "build-export")
        press(page, "Build the bundle")
        assert "The witness has not cosigned the log entry yet" in page.inner_text("main")
        face.apart(story.publish)
        press(page, "Build the bundle")
        assert "The bundle is built." in page.inner_text("main")
        look(page, "export-built")
        export = urlsplit(page.url).path
    with at_desk(chromium, face, "supervisor") as page:
        page.goto(export)
        follow(page, "Review for approval", "button")
        assert "3 of 3 shown (0 withheld" in page.inner_text("main")
        look(page, "approve-export")
        press(page, "Approve the evidence bundle")
        assert "Ready to download" in page.inner_text("main")
    face.apart(story.publish)
    with at_desk(chromium, face, "officer") as page:
        page.goto(export)
        look(page, "export-ready")
        follow(page, "Download the evidence bundle", "button")
        look(page, "download-export")
        with page.expect_download() as taken:
            page.get_by_role("button", name="Download the bundle").click()
        taken.value.save_as(tmp_path / "bundle.zip")
    verdict = judge((tmp_path / "bundle.zip").read_bytes(), story.trust())
    assert [check.reasons for check in verdict.checks if check.reasons] == []
    assert verdict.exit == 0
