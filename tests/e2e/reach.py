"""What a page needs for people who use no mouse, or enlarge it (issue 3; WCAG 2.2 §1.4.4, §1.4.10, §2.1.1, §2.4.7, §2.4.11).

Rules
- `by_keyboard`: on a fresh page, Tab reaches every control in turn; each shows its focus, within the window.
- `enlarged`: at 200 % and at 400 % nothing is lost and nobody scrolls sideways. Only a table may, inside its own region.
"""

from playwright.sync_api import Page

from tests.e2e.looking import resized

USABLE = """
() => {
  const all = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]');
  const group = (one) => [...document.getElementsByName(one.name)];  // Tab comes to one of a group of radio buttons
  const stops = (one) => one.type !== 'radio' || one === (group(one).find((each) => each.checked) ?? group(one)[0]);
  const usable = [...all].filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled && stops(one));
  usable.forEach((one) => one.dataset.reached = 'no');
  return usable.length;
}
"""
FOCUSED = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  one.dataset.reached = 'yes';
  const box = one.getBoundingClientRect();
  const drawn = ['radio', 'checkbox'].includes(one.type) ? getComputedStyle(one.labels[0], '::before') : getComputedStyle(one);
  const shows = (drawn.outlineStyle !== 'none' && parseFloat(drawn.outlineWidth) > 0) || drawn.boxShadow !== 'none';
  const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {html: one.outerHTML.slice(0, 120), shows, within};
}
"""
LEFT = "() => [...document.querySelectorAll('[data-reached=no]')].map((one) => one.outerHTML.slice(0, 120))"
ZOOMS = {2: (640, 450), 4: (320, 225)}  # of a window of 1280 by 900


def by_keyboard(page: Page, name: str) -> None:
    """Tab reaches everything usable, and shows it; the skip link comes first, and leads to what the page is about."""
    usable = page.evaluate(USABLE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "govuk-skip-link", name
    for _ in range(usable):
        found = page.evaluate(FOCUSED)
        assert found is not None, f"{name}: the focus is lost"
        assert found["shows"], f"{name}: {found['html']} does not show that it has the focus"
        assert found["within"], f"{name}: {found['html']} has the focus out of sight"
        page.keyboard.press("Tab")
    assert page.evaluate(LEFT) == [], name
    page.locator(".govuk-skip-link").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content", name


def enlarged(page: Page, name: str) -> None:
    """Nothing is lost at 200 % and 400 %, and the page itself never scrolls sideways."""
    said = page.inner_text("main")
    session = page.context.new_cdp_session(page)
    for zoom, (width, height) in ZOOMS.items():
        session.send(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": zoom, "mobile": False},
        )
        assert page.evaluate("[innerWidth, devicePixelRatio]") == [width, zoom]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {zoom}00 %"
        assert page.inner_text("main").split() == said.split(), f"{name} at {zoom}00 %"
    session.detach()
    for width in (640, 1280):  # Playwright sets again only what differs from what it set before
        resized(page, width)
