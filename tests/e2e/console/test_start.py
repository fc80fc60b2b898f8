"""Where everybody begins, and the queue: chosen, ordered, and worked by keys that can be turned off (WCAG 2.2, 2.1.4)."""

from playwright.sync_api import Browser, Page, expect

from offmon.core.ids import Slug
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import glance
from tests.e2e.pressing import follow, press
from tests.support.story import Story


def in_rows(page: Page) -> bool:
    return bool(page.evaluate("document.activeElement.closest('[data-rows] tbody') !== null"))


def test_what_waits_is_one_press_away(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto("/")
        assert page.locator("h1").inner_text() == "Your work"
        glance(page, "start")
        page.locator("main a", has_text=face.story.person).first.click()
        assert page.locator("h1").inner_text() == "Possible breach: host"
        follow(page, "Your work (1)")
        assert page.locator("h1").inner_text() == "Your work"


def test_the_queue_is_chosen_and_worked_by_keys_that_can_be_turned_off(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        page.goto("/alerts/")
        glance(page, "queue")
        page.get_by_text("Filter and sort").click()
        glance(page, "queue-filter")
        page.get_by_label("Severity").select_option("Urgent")
        press(page, "Show these alerts")
        assert "No alert is like that." in page.inner_text("main")
        follow(page, "Show all alerts")
        page.get_by_text("Filter and sort").click()
        page.get_by_label("Search for a person, list or rule").fill(face.story.person.split()[0].upper())
        press(page, "Show these alerts")
        assert page.locator("tbody tr").count() == 1
        assert "words" not in page.url  # a name stands in no address

        page.goto("/alerts/")
        page.keyboard.press("?")
        page.get_by_text("Next alert").wait_for()
        glance(page, "queue-keys")
        page.goto("/alerts/")
        page.keyboard.press("k")
        assert in_rows(page)
        page.get_by_text("Filter and sort").click()
        page.get_by_label("Search for a person, list or rule").press_sequentially("jo")  # typed, and no key of ours
        assert page.get_by_label("Search for a person, list or rule").input_value() == "jo"
        page.goto("/alerts/")
        page.keyboard.press("?")
        press_here(page, "Turn the keys off")
        page.goto("/alerts/")
        page.keyboard.press("j")
        assert not in_rows(page)
        page.evaluate("localStorage.clear()")
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("o")
        assert page.locator("h1").inner_text() == "Possible breach: host"
        page.keyboard.press("d")
        page.keyboard.press("Space")
        assert page.get_by_role("radio", name="Not a match").is_checked()


def test_an_open_page_says_that_something_new_waits(chromium: Browser, face: Face) -> None:
    """Without a reload, and without a word until then."""
    with at_desk(chromium, face, "officer") as page:
        page.clock.install()
        page.goto("/cases/")
        live = page.locator("[data-live]")
        page.clock.run_for(31_000)
        assert live.inner_text() == ""
        face.apart(lambda: more_came(face.story))
        page.clock.run_for(31_000)
        expect(live).to_contain_text("Something new waits for you.")
        follow(page, "See your work")
        assert page.locator("h1").inner_text() == "Your work"


def more_came(story: Story) -> None:
    story.disclose(rule=Slug("came-later"))
    story.send()
    story.group()


def press_here(page: Page, name: str) -> None:
    """A button that leads nowhere."""
    page.get_by_role("button", name=name).click()
