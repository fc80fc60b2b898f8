"""The document beside its record: page by page without scripts, and in the browser’s own viewer. The notice and its card, in print."""

import os
import re
from datetime import date
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.ids import Id
from offmon.server.base.columns import person_key
from offmon.server.deployments.models import NoticePaper
from offmon.words.catalogue import Language, translate
from offmon.words.notice import write
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import glance, look
from tests.e2e.pressing import fill_date, follow, press
from tests.support.images import page_image
from tests.support.papers import PDF
from tests.support.taken import overwrite
from tests.support.usual_notice import usual
from trial.papers import pages


def image(page: Page, number: int) -> int:
    """How wide a page image is that the browser drew; 0 for one that did not come."""
    shown = page.get_by_alt_text(f"Page {number} of the document")
    expect(shown).to_be_visible()
    shown.evaluate("image => image.decode()")
    return int(shown.evaluate("image => image.naturalWidth"))


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


def test_what_was_typed_stays_while_pages_are_turned(chromium: Browser, face: Face) -> None:
    story = face.story
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{story.case}/instruments/{story.instrument}/terms/new/")
        page.get_by_label("Words of the document").fill("Not to visit")
        page.get_by_role("link", name="Next page").click()
        assert image(page, 2) == 720
        assert page.get_by_label("Words of the document").input_value() == "Not to visit"
        page.get_by_label("On which page is it?").fill("2")
        press(page, "Add the condition")
        assert page.get_by_label("Words of the document").input_value() == "Not to visit"


def test_an_order_is_recorded_beside_its_pages_without_scripts_and_waits_meanwhile(
    chromium: Browser, face: Face, tmp_path: Path
) -> None:
    story = face.story
    files = [tmp_path / f"{number}.png" for number in (1, 2)]
    for file, text in zip(files, pages(Basis.SHPO_SC), strict=True):
        file.write_bytes(page_image(text))
    with at_desk(chromium, face, "officer", scripts=False) as page:
        page.goto(f"/cases/{story.case}/instruments/new/")
        page.get_by_text("Sexual Harm Prevention Order (Sentencing Code)", exact=True).click()
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
        page.goto(f"/cases/{story.case}/orders/")
        follow(page, re.compile("^Record its details"))
        box, paper = page.get_by_label("Who made it?").bounding_box(), page.locator("#document").bounding_box()
        assert box is not None
        assert paper is not None
        assert paper["x"] > box["x"] + box["width"]
        assert image(page, 1) == 720
        follow(page, "discard it")
        press(page, "Discard the scan")
        assert "The scan is discarded." in page.inner_text("main")


def test_what_is_no_scan_is_refused_and_a_pdf_is_for_the_browsers_own_viewer(
    chromium: Browser, face: Face, tmp_path: Path
) -> None:
    licence = tmp_path / "licence.pdf"
    licence.write_bytes(PDF)
    story = face.story
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{story.case}/orders/")
        follow(page, "Add an order or licence", "button")
        page.get_by_label("Licence").check()
        wrong = tmp_path / "page.svg"
        wrong.write_text("<svg/>")
        page.get_by_label("The document, as a scan or PDF").set_input_files(wrong)
        press(page, "Upload the document")
        assert "must be a PDF, or images of its pages" in page.inner_text(".govuk-error-summary")
        page.get_by_label("The document, as a scan or PDF").set_input_files(licence)
        press(page, "Upload the document")
        glance(page, "record-licence-pdf")
        page.get_by_label("An invented probation service").check()
        page.get_by_label("Sexual communication with a child online").check()
        page.get_by_label("Who made it?").fill("An invented governor")
        page.get_by_label("What is its reference?").fill("L86/0001")
        for legend in ("When was it made?", "When was it served?"):
            fill_date(page, legend, date(2026, 2, 1))
        fill_date(page, "When did the supervising officer ask for monitoring?", date(2026, 2, 2))
        page.get_by_label("At what time was it served?").fill("10:00")
        page.get_by_text("With the prison or the Parole Board", exact=True).click()
        press(page, "Record the document")
        with page.expect_response(re.compile("/pages/1/$")) as sent:
            page.reload()
        assert sent.value.status == 200
        assert re.search("/pages/1/#page=1", page.locator("object").get_attribute("data") or "")
        assert page.get_by_role("link", name="Open the document").is_visible()
        glance(page, "record-term-pdf")
        page.goto(f"/cases/{story.case}/orders/")
        assert "L86/0001, made by An invented governor" in page.inner_text("main")
        glance(page, "case-two-instruments")


def test_the_notice_is_alone_on_paper(chromium: Browser, face: Face, tmp_path: Path) -> None:
    """R-RGT-1, R-RGT-4, R-RGT-5."""
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{face.story.case}/notices/{face.story.paper}/")
        page.emulate_media(media="print")
        for staffs in (".frame-not-printed", ".frame-handling", "header", "footer", "nav >> nth=0"):
            assert not page.locator(staffs).first.is_visible(), staffs
        assert page.locator("article").is_visible()
        pictures = Path(os.environ.get("OFFMON_SCREENSHOTS", tmp_path))
        page.pdf(path=pictures / "notice.pdf", prefer_css_page_size=True)
        sheet = (pictures / "notice.pdf").read_bytes()
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12]", sheet), "A4"


def keep(face: Face, paper: Id, language: Language) -> None:
    """Has the kept notice say what one of the usual length says."""
    written = write(usual(), language)
    with face.story.with_keys():
        words = person_key().enclose(written.text, NoticePaper, paper, "words")
    overwrite(face.story, NoticePaper._meta.db_table, paper, {"words": words, "text": bytes.fromhex(written.digest)})


def test_a_usual_notice_takes_at_most_five_sheets_and_its_card_one(
    chromium: Browser, face: Face, tmp_path: Path
) -> None:
    """R-RGT-1, R-RGT-5: two documents, six conditions, a place to sign at the end."""
    pictures = Path(os.environ.get("OFFMON_SCREENSHOTS", tmp_path))
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{face.story.case}/notices/{face.story.paper}/")
        address = page.get_by_role("link", name="The same notice in Welsh").get_attribute("href") or ""
        papers = {Language.ENGLISH: face.story.paper, Language.WELSH: Id(address.split("/")[-2])}
        for language, paper in papers.items():
            face.apart(partial(keep, face, paper, language))
            page.goto(f"/cases/{face.story.case}/notices/{paper}/")
            assert page.get_by_text(translate(language, "notice.receipt.person")).is_visible()
            glance(page, f"notice-{language}")
            page.pdf(path=pictures / f"notice-{language}.pdf", prefer_css_page_size=True)
            assert 1 < sheets(pictures / f"notice-{language}.pdf") <= 5, language
        follow(page, "Print the card that stays with the device")
        look(page, "notice-card")
        page.emulate_media(media="print")
        assert not page.locator(".frame-not-printed").first.is_visible()
        assert page.locator(".frame-card__side").count() == len(Language)
        page.pdf(path=pictures / "card.pdf", prefer_css_page_size=True)
    assert sheets(pictures / "card.pdf") == 1


def sheets(printed: Path) -> int:
    """How many pages the browser gave the printer."""
    return len(re.findall(rb"/Type /Page\b", printed.read_bytes()))
