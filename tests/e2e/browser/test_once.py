"""What the agent finished is delivered once, whoever ends after it. Half a surrogate pair is declared, not altered (issue 2)."""

import os
import signal

from playwright.sync_api import BrowserContext, Page

from offmon.core.formats.event import GapReason
from tests.e2e.browser.browsing import Browsing, badge, worker_of
from tests.e2e.browser.test_in_page import PHRASE, RESULTS, lost, move
from tests.integration.agent.devices import await_true
from tests.integration.agent.page_marks import PageMarks


def test_what_was_answered_is_told_once_and_after_that_not_read_under_another_address(
    browser: BrowserContext, browsing: Browsing, marks: PageMarks
) -> None:
    """Of that nobody has been asked since."""
    worker, person = worker_of(browser), browsing.person
    listed, results = browser.pages[0], browser.new_page()
    site = browsing.web.put("https://listed.example/once", "<p>x")
    browsing.web.put(RESULTS, f"<p id=view>{PHRASE}")
    listed.goto(site)
    results.goto(RESULTS)
    await_true(lambda: browsing.disclosed() == ["https://listed.example", RESULTS])

    def end_shim() -> None:
        os.kill(browsing.shim(), signal.SIGKILL)

    for end, begin in ((end_shim, None), (person.kill, person.start), (person.stop, person.start)):
        hellos = browsing.hellos()
        end()
        if begin is not None:
            begin()
        await_true(lambda hellos=hellos: browsing.hellos() > hellos and badge(worker) == "ON")  # type: ignore[misc]
    browsing.await_all_asked(browser.new_page())
    assert browsing.disclosed()[:-1] == ["https://listed.example", RESULTS]
    move(results, "/?q=pets&ia=web", f"{PHRASE} {marks.body}")
    await_true(lambda: browsing.missing() == 1)
    marks.assert_nowhere()


def test_half_of_a_surrogate_pair_is_quarantined_and_not_altered(page: Page, browsing: Browsing) -> None:
    browsing.web.put(RESULTS, f"<p id=view>x<script>view.textContent = '{PHRASE} said \\ud800 here'</script>")
    page.goto(RESULTS)
    await_true(lambda: bool(browsing.texts()))
    browsing.await_all_asked(page)
    browsing.person.stop()
    assert RESULTS not in browsing.disclosed()
    assert lost(browsing) == [(GapReason.QUARANTINED, 1)]
