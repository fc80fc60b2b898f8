"""What holds for every page that a person sees, whatever face it belongs to.

Screenshots go to $OFFMON_SCREENSHOTS when it is set, else to the folder given (if one is), for a person to look at.
"""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Page

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
WIDTHS = (1280, 390)
NARROWEST = 320  # to which 400 % make a desktop (WCAG 2.2, 1.4.10)


def look(page: Page, name: str, folder: Path | None = None) -> None:
    """Accessible, no wider than the screen, one heading, at desktop and at phone width, with a picture of each; and at the narrowest."""
    pictures = os.environ.get("OFFMON_SCREENSHOTS", folder)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if pictures is not None:
            page.screenshot(path=Path(pictures) / f"{name}-{width}.png", full_page=True)
        violations = Axe().run(page, options=WCAG).response["violations"]
        assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.locator("h1").count() == 1, name
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST, name
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def unfolded(page: Page) -> bool:
    """Opens what is folded on the page: closed, no check sees it. Whether there was anything; then the page is as just opened."""
    folded: int = page.evaluate("""() => {
        const closed = [...document.querySelectorAll('details:not([open])')];
        closed.forEach((one) => one.open = true);
        document.body.tabIndex = -1;
        document.body.focus();
        return closed.length;
    }""")
    return folded > 0
