"""The document beside its record: page by page without scripts, in the browser’s own viewer, and never a damaged one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from offmon.core.authority.capability import Capability
from offmon.core.authority.order import Basis
from offmon.core.log.audit import EntryOutcome, Verb
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk, fill_date, follow, press
from tests.e2e.looking import look
from tests.support.papers import PDF
from tests.support.restored import operator_says_restored
from tests.support.story import page_image
from trial.papers import pages


def image(page: Page, number: int) -> int:
    """How wide a page image is that the browser drew; 0 for one that did not come."""
    shown = page.get_by_alt_text(f"Page {number} of the document")
    expect(shown).to_be_visible()
    shown.evaluate("image => image.decode()")
    return int(shown.evaluate("image => image.naturalWidth"))


@contextmanager
def damaged(folder: Path) -> Iterator[None]:
    """Every page as if someone had written to the disk of the console."""
    before = {file: file.read_bytes() for file in folder.iterdir()}
    for file in before:
        file.chmod(0o640)
        file.write_bytes(b"another")
    yield
    for file, data in before.items():
        file.write_bytes(data)


def test_a_second_officer_sees_the_page_beside_the_term_without_scripts(chromium: Browser, face: Face) -> None:
    story = face.story
    with at_desk(chromium, face, "colleague", scripts=False) as page:
        page.goto(f"/cases/{story.case}/terms/{story.terms[Capability.SITE]}/confirm/")
        words, paper = page.get_by_role("heading", name="Words for the person"), page.locator("#document")
        beside, whole = words.bounding_box(), paper.bounding_box()
        assert beside is not None
        assert whole is not None
        assert whole["x"] > beside["x"] + beside["width"]
        shown = page.get_by_alt_text("Page 2 of the document")  # the page that the term names
        expect(shown).to_be_visible()
        expect(page.get_by_alt_text("Page 1 of the document")).to_be_hidden()
        page.get_by_role("link", name="Previous page").click()
        expect(page.get_by_alt_text("Page 1 of the document")).to_be_visible()
        expect(shown).to_be_hidden()
        page.get_by_role("link", name="Next page").click()
        expect(shown).to_be_visible()
    with at_desk(chromium, face, "colleague") as page:
        page.goto(f"/cases/{story.case}/terms/{story.terms[Capability.SITE]}/confirm/")
        assert image(page, 2) == 720
        look(page, "confirm-term")


def test_what_was_typed_stays_while_pages_are_turned(chromium: Browser, face: Face) -> None:
    story = face.story
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{story.case}/instruments/{story.instrument}/terms/new/")
        page.get_by_label("Words of the document").fill("Not to visit")
        page.get_by_role("link", name="Next page").click()
        assert image(page, 2) == 720
        assert page.get_by_label("Words of the document").input_value() == "Not to visit"
        page.get_by_label("On which page is it?").fill("2")
        look(page, "record-term")
        press(page, "Add the condition")
        look(page, "record-term-errors")
        assert page.get_by_label("Words of the document").input_value() == "Not to visit"
        page.goto(f"/cases/{story.case}/instruments/{story.instrument}/")
        look(page, "instrument")


def test_an_order_is_recorded_beside_its_pages_without_scripts_and_waits_meanwhile(
    chromium: Browser, face: Face, tmp_path: Path
) -> None:
    story = face.story
    files = [tmp_path / f"{number}.png" for number in (1, 2)]
    for file, text in zip(files, pages(Basis.SHPO_SC), strict=True):
        file.write_bytes(page_image(text))
    with at_desk(chromium, face, "officer", scripts=False) as page:
        page.goto(f"/cases/{story.case}/instruments/new/shpo_sc/")
        page.get_by_label("The document, as a scan or PDF").set_input_files(files)
        press(page, "Upload the document")
        page.get_by_label("Who made it?").fill("An invented court")
        first, second = (page.get_by_alt_text(f"Page {number} of the document") for number in (1, 2))
        expect(first).to_be_visible()
        page.get_by_role("link", name="Next page").click()
        expect(second).to_be_visible()
        expect(first).to_be_hidden()
        assert page.get_by_label("Who made it?").input_value() == "An invented court"
        press(page, "Record the document")
        assert page.get_by_label("Who made it?").input_value() == "An invented court"
        expect(second).to_be_visible()
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{story.case}/")
        look(page, "case-scan-waits")
        follow(page, re.compile("^Record its details"))
        box, paper = page.get_by_label("Who made it?").bounding_box(), page.locator("#document").bounding_box()
        assert box is not None
        assert paper is not None
        assert paper["x"] > box["x"] + box["width"]
        assert image(page, 1) == 720
        look(page, "record-shpo")
        press(page, "Record the document")
        look(page, "record-shpo-errors")
        follow(page, "discard it")
        look(page, "discard-scan")
        press(page, "Discard the scan")
        assert "The scan is discarded." in page.inner_text("main")


def test_what_is_no_scan_is_refused_and_a_pdf_is_for_the_browsers_own_viewer(
    chromium: Browser, face: Face, tmp_path: Path
) -> None:
    licence = tmp_path / "licence.pdf"
    licence.write_bytes(PDF)
    story = face.story
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{story.case}/instruments/new/licence/")
        wrong = tmp_path / "page.svg"
        wrong.write_text("<svg/>")
        page.get_by_label("The document, as a scan or PDF").set_input_files(wrong)
        press(page, "Upload the document")
        assert "must be a PDF, or images of its pages" in page.inner_text(".govuk-error-summary")
        page.get_by_label("The document, as a scan or PDF").set_input_files(licence)
        press(page, "Upload the document")
        look(page, "record-licence-pdf")
        page.get_by_label("An invented probation service").check()
        page.get_by_label("Contact online").check()
        page.get_by_label("Who made it?").fill("An invented governor")
        page.get_by_label("What is its reference?").fill("L86/0001")
        for legend in ("When was it made?", "When was it served?", "From when is it in force?"):
            fill_date(page, legend, date(2026, 2, 1))
        fill_date(page, "When did the supervising officer ask for monitoring?", date(2026, 2, 2))
        page.get_by_label("At what time was it served?").fill("10:00")
        page.get_by_label("How did you check it?").fill("With the prison")
        press(page, "Record the document")
        with page.expect_response(re.compile("/pages/1/$")) as sent:
            page.reload()
        assert sent.value.status == 200
        assert re.search("/pages/1/#page=1", page.locator("object").get_attribute("data") or "")
        assert page.get_by_role("link", name="Open the document").is_visible()
        look(page, "record-term-pdf")


def test_each_page_of_a_document_that_is_shown_is_in_the_log(chromium: Browser, face: Face) -> None:
    story = face.story
    before = len(face.apart(lambda: story.entries(Verb.DOCUMENT_OPENED)))
    with at_desk(chromium, face, "supervisor") as page:
        page.goto(f"/cases/{story.case}/instruments/{story.instrument}/")
        image(page, 1)
        page.get_by_role("link", name="Next page").click()
        image(page, 2)
    entries = face.apart(lambda: story.entries(Verb.DOCUMENT_OPENED))[before:]
    assert {entry.actor.id for entry in entries} == {story.supervisor.id}
    assert len(entries) == 2


def test_of_a_document_that_was_changed_nothing_is_shown(chromium: Browser, face: Face) -> None:
    story = face.story
    confirm = f"/cases/{story.case}/terms/{story.terms[Capability.SITE]}/confirm/"
    with at_desk(chromium, face, "colleague") as page:
        with damaged(story.documents):
            page.goto(confirm)
            assert "The stored document is not the one that was recorded" in page.inner_text("#document")
            assert page.locator("#document img").count() == 0
            look(page, "confirm-term-damaged")
            alone = page.context.new_page()  # whose complaints are not counted: it is told 409
            answer = alone.goto(f"/cases/{story.case}/instruments/{story.instrument}/pages/1/")
            assert answer is not None
            assert (answer.status, answer.headers["content-type"]) == (409, "text/html; charset=utf-8")
            assert alone.locator("h1").inner_text() == "The document was changed"
        page.goto(confirm)
        assert "until it is restored" in page.inner_text("#document"), "whole again, but nobody said so yet"
        face.apart(lambda: operator_says_restored(story))
        page.goto(confirm)
        assert image(page, 2) == 720
    checked = face.apart(lambda: story.entries(Verb.DOCUMENT_CHECKED))
    assert [entry.outcome for entry in checked] == [EntryOutcome.DENIED, EntryOutcome.ALLOWED]


def test_an_end_says_what_follows_before_it_is_recorded(chromium: Browser, face: Face) -> None:
    story = face.story
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{story.case}/")
        follow(page, re.compile("^Record the end"))
        assert "This collection depends on it alone, and stops" in page.inner_text("main")
        assert "Visits to listed sites: site-list@1" in page.inner_text("main")
        assert "No collection continues." in page.inner_text("main")
        look(page, "end-instrument")
        press(page, "Record the end")
        look(page, "end-instrument-errors")
        fill_date(page, "When did it end, or when will it?", date.today() - timedelta(days=1))  # noqa: DTZ011
        page.get_by_label("At what time?").fill("12:00")
        page.get_by_label("Why did it end?").fill("Quashed on appeal, T86/0001")
        press(page, "Record the end")
        assert "We requested a new profile for each device." in page.inner_text("main")
        assert "Waiting for the signer" in page.inner_text("main") or "waiting for the signer" in page.inner_text(
            "main"
        )
        look(page, "case-ended")
    [entry] = face.apart(lambda: story.entries(Verb.INSTRUMENT_ENDED))
    assert entry.reason == "Quashed on appeal, T86/0001"
