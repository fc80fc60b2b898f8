"""What happens to monitoring in its life: custody and return, and a variation that the officer hears of days late (issue 19)."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page

from offmon.core.authority.bases import Basis
from offmon.core.authority.profile import Grant
from offmon.core.log.audit import Verb
from offmon.server.base.scope import scope
from offmon.server.deployments.models import Device, Notice
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_licence import next_profile
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import look
from tests.e2e.pressing import fill_date, follow, press
from tests.integration.signer.test_newer_order import renewed
from tests.support.images import page_image
from tests.support.story import Story
from tests.support.worker import turn
from trial.papers import pages

KEPT = "Not to visit listed sites (invented)."


def met(story: Story) -> tuple[int, int]:
    """How many devices were enrolled and notices served: nobody has to meet the person again if neither grows."""
    with story.console(), scope(story.officer):
        return Device.objects.count(), Notice.objects.count()


def asked_and_signed(story: Story) -> tuple[Grant, ...]:
    """What the worker asks for by itself is signed: what the device collects then."""
    [asked] = renewed(story)
    story.sign(asked)
    return story.profiles[-1].grants


def test_custody_and_return_without_enrolling_or_serving_anew(chromium: Browser, face: Face) -> None:
    story, case = face.story, f"/cases/{face.story.case}/monitoring/"
    before = face.apart(lambda: met(story))
    with at_desk(chromium, face, "officer") as page:
        page.goto(case)
        follow(page, "Suspend monitoring", "button")
        page.get_by_text("The person is in custody", exact=True).click()
        page.get_by_label("How do you know?").fill("The prison wrote (invented).")
        page.locator("main form button").click()
        assert "The person is in custody" in page.inner_text("main")
        assert face.apart(lambda: asked_and_signed(story)) == ()
        page.goto(case)
        follow(page, "Resume monitoring", "button")
        page.get_by_label("Why can the monitoring go on?").fill("Released today (invented).")
        page.locator("main form button").click()
        look(page, "resumed")
    assert face.apart(lambda: next_profile(story)) == {*story.terms.values()}
    assert face.apart(lambda: met(story)) == before


def record_variation(page: Page, face: Face, files: list[Path], on: date) -> None:
    """The officer has the varied order only now: its own day is that of the court."""
    page.goto(f"/cases/{face.story.case}/instruments/new/")
    page.get_by_text("Sexual Harm Prevention Order (Sentencing Code)", exact=True).click()
    page.get_by_label("The document, as a scan or PDF").set_input_files(files)
    press(page, "Upload the document")
    page.get_by_role("group", name="Which agency is responsible?").get_by_role("radio").first.check()
    page.get_by_label("Sexual communication with a child online").check()
    page.get_by_label("Who made it?").fill("An invented court")
    page.get_by_label("What is its reference?").fill("T-VARIED")
    page.get_by_role("group", name="Does it vary an earlier one?").get_by_role("radio").last.check()
    page.get_by_role("group", name="If it does, who asked for that?").get_by_role("radio").first.check()
    for legend in ("When was it made?", "When was it served?"):
        fill_date(page, legend, on)
    fill_date(page, "When was the person convicted?", on - timedelta(days=60))
    page.get_by_label("At what time was it served?").fill("10:00")
    page.get_by_text("With the court office", exact=True).click()
    press(page, "Record the document")
    look(page, "variation-recorded")


def add_condition(page: Page, on: date) -> None:
    """The one condition that it has."""
    page.get_by_role("group", name="Type of condition").get_by_role("radio").first.check()
    page.get_by_label("Words of the document").fill(KEPT)
    page.get_by_label("Words for the person", exact=True).fill(KEPT)
    page.get_by_label("On which page is it?").fill("2")
    page.get_by_label("Visits to listed sites").check()
    fill_date(page, "Its first day", on)
    press(page, "Add the condition")


def test_a_variation_that_is_known_five_days_late_locks_what_it_no_longer_allows(
    chromium: Browser, face: Face, tmp_path: Path
) -> None:
    """R-LEG-9, R-LEG-16: what was collected since then is locked, two people decide, and nobody sees it meanwhile."""
    story = face.story
    files = [tmp_path / f"{number}.png" for number in (1, 2)]
    for file, text in zip(files, pages(Basis.SHPO_SC), strict=True):
        file.write_bytes(page_image(text))
    on = datetime.now(UTC).date() - timedelta(days=5)
    with at_desk(chromium, face, "officer") as page:
        record_variation(page, face, files, on)
        add_condition(page, on)
    with at_desk(chromium, face, "colleague") as page:
        page.goto("/")
        follow(page, "Confirm")
        look(page, "confirm-variation")
        page.get_by_role("group", name="You compared").get_by_role("radio").first.check()
        press(page, "Confirm the condition")
    assert face.apart(lambda: turn(story, "lock", story.folder / "run" / "vault"))
    with at_desk(chromium, face, "officer") as page:
        page.goto(f"/cases/{story.case}/draft/")
        offered = page.inner_text("main form")
        assert KEPT in offered
        assert "You must not use listed places" not in offered  # of the order that was varied
    with at_desk(chromium, face, "officer") as page:
        page.goto("/")
        look(page, "start-locked")
        assert "agreement had been varied" in page.inner_text("main")
        follow(page, "Decide what happens to them")
        follow(page, "Request a decision", "button")
        page.get_by_role("radio").first.check()
        page.get_by_label("Why").fill("The court sent its order late (invented).")
        press(page, "Request this")
    with at_desk(chromium, face, "supervisor") as page:
        page.goto("/")
        follow(page, "Decide on locked records")
        follow(page, "Review and agree", "button")
        press(page, "Agree and erase them")
        assert "Erased by the vault" in page.inner_text("main")
        look(page, "late-erased")
    assert len(face.apart(lambda: story.entries(Verb.QUARANTINE_PURGED))) == 1
