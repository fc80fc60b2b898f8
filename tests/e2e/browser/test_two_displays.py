"""A browser on another display than the indicator: nothing is read (R-LEG-31, S76)."""

from playwright.sync_api import Playwright

from offmon.core.formats.event import GapReason
from tests.e2e.browser.browsing import Browsing, badge, worker_of
from tests.integration.agent.devices import await_true
from tests.integration.agent.page_marks import PageMarks
from tests.integration.agent.presence.displays import a_desktop


def test_a_browser_on_another_display_than_the_indicators_is_told_nothing_and_its_time_is_a_declared_gap(
    browsing: Browsing, playwright: Playwright, marks: PageMarks
) -> None:
    """Whichever of the two it is that nobody looks at: with the agent's DISPLAY on an unseen one, this was covert."""
    person, browsing.recorded = browsing.person, True
    beside = person.display
    url = browsing.web.put(f"https://listed.example/{marks.head}", f"<p>{marks.body}", marks.title)
    with a_desktop() as person.display, browsing.open(playwright) as context:  # where no indicator stands
        page = context.pages[0]
        page.goto(url)
        worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
        await_true(lambda: browsing.hellos() == 1)
        await_true(lambda: "idle" in person.marks() and person.marks()["idle"] == "source_down")
        assert badge(worker) == ""
    assert browsing.asked_about() == []
    assert browsing.disclosed() == []
    person.display = beside
    with browsing.open(playwright) as context:
        worker_of(context)
        browsing.await_all_asked(context.pages[0])
    await_true(lambda: person.gaps(GapReason.SOURCE_DOWN) != [])
    assert len(browsing.disclosed()) == 1
    marks.assert_nowhere()
