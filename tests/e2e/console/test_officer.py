"""Officers at the console: every page at desktop and phone width, by keyboard, without scripts, up to the bundle."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, StorageState

from offmon.core.log.audit import Verb
from offmon.server.agencies.authentication.codes import code_of, step_of
from offmon.server.base import clock
from offmon.verify.app import judge
from tests.e2e.console.conftest import Face
from tests.e2e.looking import glance
from tests.e2e.pressing import fill_date, follow, press, sign_in
from tests.e2e.serving import opened
from tests.integration.console.office import PASSWORD, SECRET
from tests.integration.integrity.walking import walking
from tests.support.destroyed import REASON, end_monitoring
from tests.support.taken import superuser
from tests.support.worker import turn

_signed_in: dict[tuple[str, str], StorageState] = {}


@contextmanager
def at_desk(chromium: Browser, face: Face, name: str, *, scripts: bool = True) -> Iterator[Page]:
    """Someone who signed in: through the forms the first time, and then as in a browser that was left open, as a code works once."""
    kept = _signed_in.get((face.address, name))
    with opened(chromium, face.address, java_script_enabled=scripts, storage_state=kept) as page:
        page.goto("/")
        if kept is None:
            sign_in(page, name, PASSWORD, code_of(SECRET, step_of(clock.now())))
            stays_signed_in(page, face, name)
        yield page


def stays_signed_in(page: Page, face: Face, name: str) -> None:
    """Later they are at their desk as in this browser."""
    _signed_in[face.address, name] = page.context.storage_state()


@pytest.mark.thread
def test_the_queue_is_worked_by_keyboard(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto("/alerts/")
        rows = page.locator("tbody tr")
        assert rows.count() == 1
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # past the navigation, by the link that every page begins with
        for _ in range(8):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.closest('tbody') !== null"):
                break
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == "Possible breach: host"


def test_a_record_that_was_changed_past_the_log_is_said_to_be_and_stops_the_case(
    chromium: Browser, face: Face, tmp_path: Path
) -> None:
    """Until it is put right: the officer reads it on the case's page, and who protects data counts it in the menu."""

    def changed(by: int) -> None:
        with superuser(face.story) as hand:
            hand.execute("update triage_alert set due_at = due_at + %s", [by])
        watch.look()

    with walking(face.story, tmp_path) as watch:
        face.apart(watch.look)
        face.apart(lambda: changed(1))
        with at_desk(chromium, face, "officer") as page:
            page.goto(f"/cases/{face.story.case}/")
            assert "Use no record of this case as evidence" in page.inner_text("main")
            glance(page, "case-disagrees")
        with at_desk(chromium, face, "data_protection") as page:
            follow(page, "Compliance (1)")
            assert "1 not put right" in page.inner_text("main")
            glance(page, "mismatches")
        face.apart(lambda: changed(-1))


def test_what_was_sent_is_shown_for_a_reason_once_and_not_kept(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        page.get_by_label("Why do you need to see it?").fill("To decide what it is")
        with page.expect_navigation() as sent:
            page.get_by_role("button", name="Reveal the disclosure").click()
        assert sent.value.headers["cache-control"] == "no-store"
        shown = page.inner_text("main")
        assert "https://listed.invalid/3" in shown
        assert "What do you decide?" in shown
        assert page.locator("main a[href*='listed.invalid']").count() == 0
        glance(page, "revealed")
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        assert "https://listed.invalid" not in page.content()
    [entry] = face.apart(lambda: face.story.entries(Verb.CONTENT_REVEALED))
    assert (entry.actor.id, entry.reason) == (face.story.officer.id, "To decide what it is")


@pytest.mark.thread
def test_a_decision_without_scripts(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer", scripts=False) as page:
        page.goto("/alerts/")
        follow(page, re.compile(", host,"))
        press(page, "Record the decision")
        assert page.get_by_role("link", name="Select an outcome").get_attribute("href") == "#id_outcome"
        page.get_by_label("Reasonable excuse considered").check()
        page.get_by_label("Why?", exact=True).fill(
            "A library’s computer opened it by itself; there may be a reasonable excuse."
        )
        press(page, "Record the decision")
        assert "Decision recorded" in page.inner_text("h1")
        assert "a reasonable excuse" in page.inner_text("main")


def test_a_wrong_decision_is_corrected_and_both_stay(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        follow(page, "Correct the decision")
        glance(page, "correct")
        page.get_by_label("Why do you correct the decision?").fill("I pressed the wrong outcome.")
        page.get_by_text("Evidential", exact=True).click()
        page.get_by_label("Why?", exact=True).fill("The library was closed.")
        press(page, "Continue")
        glance(page, "check-correction")
        press(page, "Record the decision")
        assert "Evidential" in page.inner_text(".govuk-panel")
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        glance(page, "alert-corrected")
        earlier = page.inner_text("main").partition("Earlier decision, corrected since")
        assert "I pressed the wrong outcome." in earlier[0]
        assert "Reasonable excuse considered" in earlier[2]


def test_what_was_sent_becomes_an_exhibit_and_changes_hands(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer", scripts=False) as page:
        page.goto(f"/alerts/{face.story.alerts[0]}/")
        page.get_by_text(re.compile("^More:")).click()
        follow(page, re.compile("^Seal as an exhibit"))
        page.get_by_label("Your initials").fill("OI")
        page.get_by_label("Supervisor Invented").check()
        page.get_by_label("Why is it sealed?").fill("For the investigation.")
        press(page, "Continue")
        press(page, "Seal the exhibit")
        exhibit = page.url
    with at_desk(chromium, face, "officer") as page:
        page.goto(exhibit)
        follow(page, "Hand over the exhibit", "button")
        glance(page, "hand-over")
        page.get_by_label("Colleague Invented").check()
        page.get_by_label("Where does it go?").fill("Laboratory")
        page.get_by_label("Why?").fill("To be looked at.")
        press(page, "Record the hand-over")
        assert "Laboratory" in page.inner_text("main")
        glance(page, "exhibit")
        page.goto(f"/cases/{face.story.case}/evidence/")
        assert "OI1: sealed" in page.inner_text("main")


def names_it(page: Page, who: str) -> None:
    """The sheet of names beside a bundle says who is behind an id."""
    follow(page, "Print the names")
    assert who in page.inner_text("main")
    glance(page, "export-names")
    page.go_back()


def takes_the_report(page: Page) -> None:
    """The court's copy of the report is a PDF, and takes the same proof of who it is as the bundle."""
    export = page.url
    follow(page, "Download the report with names")
    glance(page, "download-report")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the report").click()
    assert taken.value.path().read_bytes().startswith(b"%PDF-1.7")
    page.goto(export)


@pytest.mark.thread
def test_a_bundle_is_asked_by_one_approved_by_another_taken_out_and_verifies(
    chromium: Browser, face: Face, tmp_path: Path
) -> None:
    story = face.story
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{story.case}/exports/new/")
        page.get_by_label("Who is it for?").fill("An invented court")
        page.get_by_label("Why do they need it?").fill("A hearing")
        for box in page.get_by_role("group", name="Which alerts do you open?").get_by_role("checkbox").all():
            box.check()
        page.get_by_label("Why open an alert").fill("The court asked for all of them.")
        glance(page, "ask-export")
        fill_date(page, "Open disclosures from", date(2026, 1, 1))
        fill_date(page, "Open disclosures up to and including", date(2099, 1, 1))
        page.get_by_label("Withhold single pages").check()
        press(page, "Continue")
        page.get_by_role("checkbox").nth(1).check()
        glance(page, "withhold-which")
        press(page, "Continue")
        page.get_by_label("Legal privilege").check()
        page.get_by_label("Note on").fill("A letter of a solicitor.")
        glance(page, "withhold-why")
        press(page, "Continue")
        glance(page, "check-export")
        press(page, "Request the bundle")
        assert "The vault prepares it by itself" in page.inner_text("main")
        glance(page, "export-being-prepared")
        for _ in range(2):  # what was opened is witnessed, then the bundle is built
            face.apart(story.publish)
            face.apart(lambda: turn(story, "prepare", story.folder / "run" / "vault"))
        follow(page, "Check again")
        assert "Waiting for approval" in page.inner_text("main")
        glance(page, "export-built")
        export = urlsplit(page.url).path
    with at_desk(chromium, face, "supervisor") as page:
        page.goto(export)
        follow(page, "Review for approval", "button")
        assert "2 of 3 shown (1 withheld" in page.inner_text("main")
        glance(page, "approve-export")
        press(page, "Approve the evidence bundle")
        assert "Ready to download" in page.inner_text("main")
    face.apart(story.publish)
    with at_desk(chromium, face, "officer") as page:
        page.goto(export)
        glance(page, "export-ready")
        names_it(page, story.officer.id)
        takes_the_report(page)
        follow(page, "Download the evidence bundle", "button")
        glance(page, "download-export")
        with page.expect_download() as taken:
            page.get_by_role("button", name="Download the bundle").click()
        taken.value.save_as(tmp_path / "bundle.zip")
    verdict = judge((tmp_path / "bundle.zip").read_bytes(), story.trust())
    assert [check.reasons for check in verdict.checks if check.reasons] == []
    assert verdict.exit == 0


def test_a_closed_case_is_destroyed_by_two_and_a_certificate_is_printed(chromium: Browser, face: Face) -> None:
    """The last of this case: what the tests before it decided, sealed and released stands in nobody's way."""
    story = face.story
    face.apart(lambda: end_monitoring(story))
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{story.case}/evidence/")
        follow(page, "Destroy what was collected", "button")
        glance(page, "ask-destruction")
        page.get_by_label("Why is it destroyed?").fill(REASON)
        press(page, "Continue")
        glance(page, "check-destruction")
        press(page, "Request the destruction")
        request = urlsplit(page.url).path
    with at_desk(chromium, face, "supervisor") as page:
        page.goto("/cases/")
        glance(page, "cases-waiting")
        follow(page, "Destruction waits for your approval")
        glance(page, "destruction-asked")
        page.goto(f"{request}refuse/")
        glance(page, "refuse-destruction")
        page.goto(f"{request}approve/")
        glance(page, "approve-destruction")
        press(page, "Approve and destroy")
        assert "The destruction is approved, and the key is destroyed." in page.inner_text("main")
        glance(page, "destruction-done")
    face.apart(story.publish)
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"{request}certificate/")
        assert REASON in page.inner_text("article")
        glance(page, "certificate")
        page.emulate_media(media="print")
        assert page.get_by_text("Only the certificate below is printed").is_hidden()
