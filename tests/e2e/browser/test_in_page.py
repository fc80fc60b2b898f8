"""A page shown between two equal addresses, or read too late, is never misread: it is declared (issue 2, R-RGT-10)."""

import time

import pytest
from playwright.sync_api import BrowserContext, Page

from offmon.core.formats.event import GapReason
from tests.e2e.browser.browsing import Browsing, badge, worker_of
from tests.integration.agent.devices import await_true
from tests.integration.agent.page_marks import PageMarks

RESULTS = "https://duckduckgo.com/?q=pets"
PHRASE = "a purple elephant"
EXCLUDED, REFUSED = "/?q=crisis+line", "/?q=pets&ia=chat"
# When it is whole, its thread is kept busy: whatever is asked of it waits.
BUSY = (
    "<script>onload = () => setTimeout(() => { const begin = Date.now(); while (Date.now() - begin < %d); })</script>"
)


def move(page: Page, address: str, shows: str) -> None:
    page.evaluate(
        "([address, shows]) => { history.pushState({}, '', address); view.textContent = shows }", [address, shows]
    )


def show_again(page: Page, shows: str) -> None:
    page.evaluate("shows => { view.textContent = shows }", shows)


def lost(browsing: Browsing) -> list[tuple[GapReason, int | None]]:
    return [(gap.reason, gap.lost) for gap in browsing.person.ingest.gaps()]


def read(browsing: Browsing) -> set[str]:
    return {text.strip() for text in browsing.texts()}


def hold_up(browser: BrowserContext, browsing: Browsing, ms: int) -> Page:
    """Another tab with a page that hangs: while its text is wanted, nobody else's turn comes."""
    url = browsing.web.put("https://www.bing.com/search?q=x", f"<p>slow{BUSY % ms}")
    other = browser.new_page()
    other.goto(url, wait_until="commit")
    await_true(lambda: url in browsing.asked_about())
    return other


@pytest.mark.parametrize("between", [EXCLUDED, REFUSED])
def test_what_another_view_showed_before_the_turn_of_an_address_came_is_not_read_under_it(
    browser: BrowserContext, page: Page, browsing: Browsing, marks: PageMarks, between: str
) -> None:
    browsing.web.put(RESULTS, "<p id=view>first results", "first title")
    other = hold_up(browser, browsing, 6_000)
    page.bring_to_front()
    page.goto(RESULTS)
    move(page, between, f"{PHRASE} {marks.body}")
    page.evaluate("title => { document.title = title }", marks.title)
    page.evaluate("history.back()")  # and the page takes its time to draw the older view
    await_true(lambda: browsing.asked_about().count(RESULTS) == 2)
    time.sleep(1)  # nothing tells that something was not read
    show_again(page, "first results")
    page.evaluate("() => { document.title = 'first title' }")
    browsing.await_all_asked(page)
    other.close()
    assert read(browsing) <= {"", "first results"}
    marks.assert_nowhere()


def test_what_another_view_shows_while_an_address_is_being_read_is_not_read_under_it(
    page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    browsing.web.put(RESULTS, "<p id=view>first results", "first title")
    page.goto(RESULTS)
    await_true(lambda: RESULTS in browsing.asked_about())
    move(page, EXCLUDED, f"{PHRASE} {marks.body}")
    page.evaluate("history.back()")
    await_true(lambda: browsing.asked_about().count(RESULTS) == 2)
    time.sleep(1)
    show_again(page, "first results")
    browsing.await_all_asked(page)
    assert read(browsing) <= {"", "first results"}
    marks.assert_nowhere()


def test_a_document_that_comes_back_as_it_was_is_what_it_was(browsing: Browsing, marks: PageMarks) -> None:
    """The browser keeps a document for Back, unless somebody drives it: its address says results, what it shows is the conversation."""
    browsing.recorded, away = True, f"https://unlisted.example/{marks.head}"
    browsing.web.put(
        RESULTS,
        f"""<p id=view>first results<script>
          const say = (address) => {{ history.pushState({{}}, '', address); view.textContent = '{PHRASE} {marks.body}'; }};
          onload = () => setTimeout(() => {{ say('{REFUSED}'); say('{RESULTS}'); location = '{away}'; }}, 2000);
          onpageshow = (event) => {{ if (event.persisted) fetch('/kept'); }};
        </script>""",
    )
    second = f"<p>{marks.body}<script>onload = () => setTimeout(() => history.back(), 500)</script>"
    asked = [browsing.web.put(away, second, marks.title), RESULTS]
    with browsing.start(RESULTS):
        await_true(lambda: ("duckduckgo.com", "/kept") in browsing.web.asked)  # the first time around it may not be
        await_true(lambda: browsing.asked_about()[-2:] == asked)
        time.sleep(1)  # nothing tells that something was not read
    assert browsing.told()[-1] == {"title": "", "text": ""}
    marks.assert_nowhere()


def test_a_document_that_moved_while_nobody_was_asked_is_not_read_and_that_is_declared(
    browser: BrowserContext, page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    worker = worker_of(browser)
    browsing.web.put(RESULTS, "<p id=view>first results")
    page.goto(RESULTS)
    await_true(lambda: len(browsing.texts()) == 1)
    browsing.person.kill()
    await_true(lambda: badge(worker) == "")
    move(page, REFUSED, f"{PHRASE} {marks.body}")
    move(page, "/?q=pets&ia=web", f"{PHRASE} {marks.body}")
    browsing.person.start()
    await_true(lambda: badge(worker) == "ON")
    await_true(lambda: browsing.missing() == 1)
    browsing.await_all_asked(page)
    assert [text.split() for text in browsing.texts()] == [["first", "results"]]
    await_true(lambda: (GapReason.SOURCE_DOWN, 1) in lost(browsing))
    marks.assert_nowhere()


def test_a_page_that_is_busy_when_its_text_is_wanted_is_a_declared_gap_and_no_empty_text(
    page: Page, browsing: Browsing
) -> None:
    browsing.web.put(RESULTS, f"<p>{PHRASE}{BUSY % 5_000}")
    page.goto(RESULTS, wait_until="commit")
    await_true(lambda: browsing.missing() == 1)
    await_true(lambda: lost(browsing) == [(GapReason.SOURCE_DOWN, 1)])
    assert browsing.texts() == []


def test_a_page_that_is_gone_when_its_text_is_wanted_is_a_declared_gap(
    browser: BrowserContext, page: Page, browsing: Browsing
) -> None:
    browsing.web.put(RESULTS, f"<p>{PHRASE}")
    other = browser.new_page()
    other.goto(RESULTS)
    other.close()
    await_true(lambda: lost(browsing) == [(GapReason.SOURCE_DOWN, 1)])
    browsing.await_all_asked(page)
    assert browsing.texts() == []
    assert (browsing.asked_about().count(RESULTS), browsing.missing()) == (1, 1)


def restart(browser: BrowserContext, browsing: Browsing, marks: PageMarks) -> None:
    """The browser ends the extension's worker, and starts it again for the next thing that happens."""
    page = browser.new_page()
    tools = browser.new_cdp_session(page)
    tools.send("ServiceWorker.enable")
    tools.send("ServiceWorker.stopAllWorkers")
    page.goto(browsing.web.put(f"https://unlisted.example/{marks.head}", f"<p>{marks.body}", marks.title))
    await_true(lambda: browsing.hellos() == 2)


def test_a_document_that_was_open_before_the_worker_is_not_read_and_that_is_declared(
    browser: BrowserContext, page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    """It may have moved, and nobody was there to count: its address says results, what it shows may be the conversation."""
    browsing.web.put(RESULTS, "<p id=view>first results")
    page.goto(RESULTS)
    await_true(lambda: len(browsing.texts()) == 1)
    move(page, REFUSED, f"{PHRASE} {marks.body}")
    await_true(lambda: browsing.asked_about()[-1].endswith(REFUSED))
    move(page, "/?q=pets&ia=web", f"{PHRASE} {marks.body}")
    await_true(lambda: browsing.texts()[1:] == [""])
    restart(browser, browsing, marks)
    await_true(lambda: (browsing.asked_about().count(RESULTS + "&ia=web"), browsing.missing()) == (2, 1))
    browsing.await_all_asked(browser.pages[-1])
    page.reload()  # it is another document now
    await_true(lambda: browsing.texts()[2:] != [])
    assert [text.split() for text in browsing.texts()] == [["first", "results"], [], ["first", "results"]]
    await_true(lambda: (GapReason.SOURCE_DOWN, 1) in lost(browsing))
    marks.assert_nowhere()


def test_a_document_that_moved_before_it_was_shown_is_not_read_and_that_is_declared(
    browsing: Browsing, marks: PageMarks
) -> None:
    browsing.recorded = True
    ready = f"""<p id=view>first results<script>
      const say = (address) => {{ history.replaceState({{}}, '', address); view.textContent = '{PHRASE} {marks.body}'; }};
      if (document.prerendering) {{ say('{REFUSED}'); say('{RESULTS}'); }}
      document.onprerenderingchange = () => fetch('/opened');
    </script>"""
    browsing.web.put("https://duckduckgo.com/", ready)
    begin = browsing.web.put(
        f"https://duckduckgo.com/begin/{marks.head}",
        f"""<p>{marks.body}<script>fetch('/hang').then(() => {{
          const rules = document.createElement('script');
          rules.type = 'speculationrules';
          rules.text = '{{"prerender": [{{"source": "list", "urls": ["/?q=pets"], "eagerness": "immediate"}}]}}';
          document.head.append(rules);
          setTimeout(() => {{ location = '{RESULTS}'; }}, 3000);
        }})</script>""",
        marks.title,
    )
    with browsing.start(begin):
        await_true(lambda: begin in browsing.asked_about())
        browsing.web.ends.set()
        await_true(lambda: browsing.missing() == 1)
        await_true(lambda: (GapReason.SOURCE_DOWN, 1) in lost(browsing))
    assert ("duckduckgo.com", "/opened") in browsing.web.asked
    assert (browsing.asked_about(), browsing.texts()) == ([begin, RESULTS], [])
    marks.assert_nowhere()
