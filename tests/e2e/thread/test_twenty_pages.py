"""A morning in the person's browser: twenty searches with sixty matches are few alerts, and each page is looked at once (issue 15)."""

import re

from playwright.sync_api import Page

from tests.e2e.looking import look
from tests.e2e.pressing import follow, press
from tests.e2e.thread.conftest import Played
from trial import checks, invented
from trial.script import until
from trial.stack import DATABASE

WAIT_S = 60
OFTEN = re.compile(r"(\d+) times?(?:, (\d+) matches)?")


def test_sixty_matches_of_twenty_pages_are_at_most_eight_alerts(desk: Page, played: Played) -> None:
    def held(what: str) -> int:
        return checks.count(played.system.stack.server, DATABASE, "intake_leaf where kind = %s", what)

    before = held("disclosure")
    assert played.thread.browser is not None
    for number, address in enumerate(invented.morning(), 1):
        played.thread.browser.open(address)
        until("disclosures of a search", lambda: held("disclosure") >= before + 3 * number or None, WAIT_S)  # noqa: B023  # called at once
    assert held("disclosure") == before + 60

    rows = desk.locator("tbody tr").filter(has_text="trial.phrases@1")
    grouped: tuple[int, ...] = ()
    for _ in range(200):  # the worker raises alerts by itself; an officer looks again
        desk.goto("/alerts/")
        often = [OFTEN.search(text) for text in rows.all_inner_texts()]
        grouped = tuple(sum(int(one[n] or one[1]) for one in often if one) for n in (1, 2))
        if grouped[1] > 60:
            break
        desk.wait_for_timeout(300)
    look(desk, "queue-morning")
    earlier = 1  # the thread's own search page
    assert grouped == (20 + earlier, 60 + earlier)
    assert rows.count() <= 8

    follow(desk, re.compile(", otter.meeting,"))
    look(desk, "alert-morning")
    desk.get_by_text(re.compile("^More:")).click()
    follow(desk, re.compile("Reveal the disclosure of"))
    desk.get_by_label("Why do you need to see it?").fill("To see what was searched for")
    press(desk, "Reveal the disclosure")
    look(desk, "revealed-morning")
    shown = desk.locator("[data-finding]").last.inner_text()
    sought, *on_the_page = next(words for words in invented.morning().values() if words[0] == "yellow otter meeting")
    assert all(words in shown for words in (sought, *on_the_page))
    assert shown.count("In the search that was made on the account") == 1
    assert shown.count("In the page, not in the search") == 2
