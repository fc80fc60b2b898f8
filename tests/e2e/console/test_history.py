"""A kept history is opened at a visit, on a phone: by the number that the device shows, with the person there (R v Smith)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import look, resized
from tests.e2e.pressing import follow, press
from tests.integration.console.test_history_kept import Kept, keeping

NUMBER, THERE = "Which number does the device show?", "The person is here, and asked for this on their device"


@pytest.fixture
def kept(face: Face) -> Iterator[Kept]:
    one = face.apart(lambda: keeping(face.office, face.story.folder))
    yield one
    one.history.close()


def refused(page: Page, why: str) -> None:
    press(page, "Open it on the device")
    look(page, "open-history-refused", (390,))
    assert why in page.locator(".govuk-error-summary").inner_text()


def test_the_officer_opens_what_the_device_in_front_of_them_shows(chromium: Browser, face: Face, kept: Kept) -> None:
    with at_desk(chromium, face, "officer") as page:
        resized(page, 390)
        page.goto(f"/cases/{face.story.case}/monitoring/")
        look(page, "monitoring-keeps-history")
        follow(page, "History kept on the device, at a visit")
        look(page, "kept-history-nothing")
        face.apart(kept.asks)
        assert kept.opening is not None
        number = kept.opening.number
        follow(page, "Look again")
        look(page, "kept-history-waits")
        follow(page, f"Open number {number}")
        look(page, "open-history")
        assert number not in page.inner_text("main")  # it is read on the device
        page.get_by_label("Why do you need to see it?").fill("A weekly visit (invented).")
        page.get_by_label(THERE).check()
        page.get_by_label(NUMBER).fill(f"{(int(number) + 1) % 10_000:04}")
        refused(page, "That number is not this request’s")
        page.get_by_label(NUMBER).fill(number)
        page.get_by_label(THERE).uncheck()
        refused(page, "only with the person present")
        assert face.apart(kept.asks).keys is None  # nothing is open yet
        page.get_by_label(THERE).check()
        press(page, "Open it on the device")
        assert "It is open on the device now" in page.inner_text("main")
        look(page, "kept-history-opened")
        assert kept.reads(face.apart(kept.asks)) == ["shop.example", "news.example"]
        assert not re.search(r"shop\.example|news\.example", page.content())
        follow(page, "Back")
        assert page.url.endswith("/monitoring/")
