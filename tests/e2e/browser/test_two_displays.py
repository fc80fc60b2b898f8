"""A browser on another display than the indicator: nothing is read (R-LEG-31, S76)."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from offmon.core.formats.event import Gap, GapReason
from tests.e2e.browser.browsing import Browsing, badge, worker_of
from tests.integration.agent.devices import await_true
from tests.integration.agent.page_marks import PageMarks
from tests.integration.agent.presence.displays import end, start_display


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A second display of the same machine, on which no indicator stands."""
    server, name = start_display()
    manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": name}, stderr=subprocess.DEVNULL)
    yield name
    end(manager)
    end(server)


def source_down(browsing: Browsing) -> list[Gap]:
    return [gap for gap in browsing.person.ingest.gaps() if gap.reason is GapReason.SOURCE_DOWN]


def test_a_browser_on_another_display_than_the_indicators_is_told_nothing_and_its_time_is_a_declared_gap(
    browsing: Browsing, playwright: Playwright, elsewhere: str, marks: PageMarks
) -> None:
    """Whichever of the two it is that nobody looks at: with the agent's DISPLAY on an unseen one, this was covert."""
    person, browsing.recorded = browsing.person, True
    beside, person.display = person.display, elsewhere
    url = browsing.web.put(f"https://listed.example/{marks.head}", f"<p>{marks.body}", marks.title)
    with browsing.open(playwright) as context:
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
    await_true(lambda: source_down(browsing) != [])
    assert len(browsing.disclosed()) == 1
    marks.assert_nowhere()
