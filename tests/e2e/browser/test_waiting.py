"""A page that waits behind hung ones is delivered with its own time, or falls in a declared gap (issue 2)."""

import os
import signal
import time

import pytest
from playwright.sync_api import BrowserContext, Page

from offmon.agent.clock import now
from offmon.agent.sources.browsers import ON_THE_WAY_MS
from offmon.core.formats.event import GapReason
from tests.e2e.browser.browsing import Browsing, badge
from tests.integration.agent.devices import await_true
from tests.integration.agent.page_marks import PageMarks

HANGING = 3  # their texts are awaited for two and a half seconds each
HANGS = "<p>slow<script>onload = () => setTimeout(() => { const begin = Date.now(); while (Date.now() - begin < 20_000); })</script>"


@pytest.fixture
def visit(browser: BrowserContext, page: Page, browsing: Browsing, marks: PageMarks) -> tuple[str, int, int]:
    """A listed page that was opened and left again while others hang: its address, since when and until when it was open."""
    url = browsing.web.put("https://listed.example/short", "<p>short")
    left = browsing.web.put(f"https://unlisted.example/{marks.head}", f"<p>{marks.body}", marks.title)
    for n in range(HANGING):
        hangs = browsing.web.put(f"https://www.bing.com/search?q={n}", HANGS)
        browser.new_page().goto(hangs, wait_until="commit")
    await_true(lambda: any("bing.com" in asked for asked in browsing.asked_about()))
    page.bring_to_front()
    since = now()
    page.goto(url)
    page.goto(left)
    until = now()
    assert url not in browsing.asked_about()
    return url, since, until


def test_it_is_delivered_with_the_time_at_which_it_was_open(
    browsing: Browsing, visit: tuple[str, int, int], marks: PageMarks
) -> None:
    _, since, until = visit
    await_true(lambda: browsing.disclosed() == ["https://listed.example"])
    ((envelope, _),) = browsing.person.ingest.disclosures()
    assert since <= envelope.claim.event_at <= until
    assert envelope.claim.captured_at > until
    marks.assert_nowhere()


def test_if_the_shim_is_killed_meanwhile_it_lies_in_a_declared_gap(
    browser: BrowserContext, browsing: Browsing, visit: tuple[str, int, int], marks: PageMarks
) -> None:
    url, since, until = visit
    time.sleep(max(0.0, until / 1000 + ON_THE_WAY_MS / 1000 + 0.5 - now() / 1000))
    assert url not in browsing.asked_about()
    os.kill(browsing.shim(), signal.SIGKILL)
    worker = browser.service_workers[0]
    await_true(lambda: browsing.hellos() == 2 and badge(worker) == "ON")
    gaps = browsing.person.ingest.gaps
    await_true(lambda: any(gap.reason is GapReason.SOURCE_DOWN and gap.lost is None for gap in gaps()))
    assert any(gap.since <= until and since <= gap.until and gap.lost is None for gap in gaps())
    assert "https://listed.example" not in browsing.disclosed()
    marks.assert_nowhere()
