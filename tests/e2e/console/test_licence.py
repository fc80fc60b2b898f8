"""Recall from the feed: the licence ends, and monitoring under the order of the court goes on (R-LEG-16)."""

from datetime import date
from pathlib import Path

from playwright.sync_api import Browser

from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.queries import asked_profiles
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import glance
from tests.e2e.pressing import fill_date, press
from tests.support.licences import change, said, under_a_licence
from tests.support.story import Story
from tests.support.worker import turn


def recall(story: Story, folder: Path) -> None:
    """The licence system drops a file, and the worker finds it."""
    place = folder / story.agency / "in"
    place.mkdir(parents=True)
    (place / "recall.json").write_bytes(said(story, change("RECALLED")))
    assert turn(story, "licence files", OFFMON_LICENCE_FEED=str(folder))


def next_profile(story: Story) -> set[str]:
    """What was asked for is signed: the conditions under which the device collects now."""
    with story.running(Process.WORKER), scope(story.worker):
        [asked] = asked_profiles()
    story.sign(asked)
    return {term.term for grant in story.profiles[-1].grants for term in grant.terms}


def test_the_licence_is_recalled_and_the_order_runs_on(chromium: Browser, face: Face, tmp_path: Path) -> None:
    story = face.story
    face.apart(lambda: under_a_licence(story))
    face.apart(lambda: recall(story, tmp_path / "feed"))
    with at_desk(chromium, face, "officer") as page:
        page.goto("/")
        line = page.get_by_role("row").filter(has_text="The licence was recalled.")
        assert "Get the device back" in line.inner_text()
        glance(page, "start-licence")
        line.get_by_role("link").click()
        assert "The licence was recalled." in page.inner_text("main")
        page.get_by_role("link", name="Record the end of L86/1").click()
        fill_date(page, "When did it end, or when will it?", date.today())  # noqa: DTZ011  # as on the officer's desk
        page.get_by_label("At what time?").fill("00:01")
        page.get_by_label("Why did it end?").fill("Recalled, by the licence system.")
        press(page, "Record the end")
        page.goto(f"/cases/{story.case}/monitoring/")
        assert "The licence was recalled" in page.inner_text("main")
        page.goto(f"/cases/{story.case}/resume/")
        page.get_by_label("Why can the monitoring go on?").fill("The order of the court runs on.")
        page.locator("main form button").click()
        page.goto("/")
        assert "The licence was recalled." not in page.inner_text("main")
    assert face.apart(lambda: next_profile(story)) == {*story.terms.values()}
    assert len(face.apart(lambda: story.entries(Verb.DEPLOYMENT_SUSPENDED))) == 1
