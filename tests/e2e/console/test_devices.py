"""The devices of a person at the width of a phone, each column read without a scroll to the side; and the review of their monitoring."""

from playwright.sync_api import Browser

from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import look, resized
from tests.e2e.pressing import follow


def test_no_column_of_the_devices_is_cut_at_a_phone(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{face.story.case}/monitoring/")
        look(page, "devices", (390,))
        resized(page, 390)
        devices = page.get_by_role("table", name="Devices of this person")
        cells = devices.get_by_role("cell").all()
        boxes = [cell.bounding_box() for cell in cells]
        assert len(boxes) % 3 == 0
        assert boxes
        assert all(box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
        assert devices.get_by_role("link", name="Request a profile").first.is_visible()


def test_the_page_of_a_review_is_fit_to_be_read(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "authoriser") as page:
        page.goto(f"/cases/{face.story.case}/review/")
        look(page, "review-monitoring")
        assert "What a lower setting would have shown" in page.inner_text("main")
        follow(page, "What the person asked, and the answers")
        assert page.url.endswith("/requests/")
