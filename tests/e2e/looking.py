"""What holds for every page that a person sees, on every face.

Screenshots go to the folder that $OFFMON_SCREENSHOTS names, for a person to review.
"""

import os
from pathlib import Path
from zlib import crc32

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Page

from tests.e2e.controls import is_labelled

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# No style sheet is fetched again: only an experimental rule reads them.
WCAG = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
VIOLATIONS = """([within, options]) => axe.run(within, options).then((found) =>
  found.violations.map((one) => [one.id, one.nodes.map((node) => node.html)]))"""
FRAMED = 4  # the frame around a page is one for each face: of one page in so many it is judged too
WIDTHS = (1280, 390)
NARROWEST = 320  # to which 400 % make a desktop (WCAG 2.2, 1.4.10)
SETTLED = """
(width) => new Promise((done) => {
  const look = () => requestAnimationFrame(innerWidth === width ? () => requestAnimationFrame(done) : look);
  look();
})
"""


# What tells of a page by its structure; a locator would first load its own script into each page.
HEADINGS = "document.querySelectorAll('h1').length"
SPANS = "document.documentElement.scrollWidth"


def resized(page: Page, width: int) -> None:
    """The page at this width (px), and settled there: its scripts hear of it a frame later, and fold the menu or unfold it then."""
    if page.viewport_size == {"width": width, "height": 900}:
        return
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(SETTLED, width)


def look(page: Page, name: str, widths: tuple[int, ...] = WIDTHS) -> None:
    """Accessible, no wider than the screen, one heading: at desktop or phone width, by the page's name, and no wider than the narrowest.

    All pages of a face have one layout, so that each width is judged on many, and what frames them on some. Whoever asks for pictures has
    both. Each label stands for its own control.
    """
    judged = [widths[crc32(name.encode()) % len(widths)]]
    is_labelled(page, name)
    pictures = os.environ.get("OFFMON_SCREENSHOTS")
    if not page.evaluate("'axe' in window"):  # half a megabyte: once a page, whatever its width
        page.evaluate(AXE_SCRIPT)
    for width in judged if pictures is None else widths:
        resized(page, width)
        if pictures is not None:
            page.screenshot(path=Path(pictures) / f"{name}-{width}.png", full_page=True)
        within = "html" if crc32(name.encode()) // 2 % FRAMED == 0 or pictures is not None else "main"
        assert page.evaluate(VIOLATIONS, [within, WCAG]) == [], name
        assert page.evaluate(SPANS) <= width, name
        assert page.evaluate(HEADINGS) == 1, name
    resized(page, NARROWEST)
    assert page.evaluate(SPANS) <= NARROWEST, name
    resized(page, WIDTHS[0])


def glance(page: Page, name: str) -> None:
    """A state of a page that is judged whole elsewhere: one heading, labels of their own controls, no wider than the narrowest screen."""
    is_labelled(page, name)
    pictures = os.environ.get("OFFMON_SCREENSHOTS")
    for width in () if pictures is None else WIDTHS:
        resized(page, width)
        page.screenshot(path=Path(pictures or "") / f"{name}-{width}.png", full_page=True)
    assert page.evaluate(HEADINGS) == 1, name
    resized(page, NARROWEST)
    assert page.evaluate(SPANS) <= NARROWEST, name
    resized(page, WIDTHS[0])


def unfold(page: Page) -> None:
    """Opens what is folded on the page: closed, no check sees it. Otherwise the page is as just opened."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
