"""The notice on the screen and in print: accessible, in both languages, and alone on the sheet (R-RGT-1, R-RGT-4, R-RGT-5)."""

import os
import re
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk


def test_the_notice_is_alone_on_paper(chromium: Browser, face: Face, tmp_path: Path) -> None:
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
