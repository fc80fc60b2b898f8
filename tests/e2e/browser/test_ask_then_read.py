"""Ask first, then read: what the extension reports, reads and leaves alone, beside a real agent (issue 2)."""

import json
import time

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import ListEntry
from offmon.core.formats.event import Gravity
from offmon.core.ids import Slug
from tests.e2e.browser.browsing import EXTENSION_ID, Browsing, worker_of
from tests.e2e.browser.web import Web
from tests.integration.agent.devices import Device, await_true
from tests.integration.agent.page_marks import PageMarks
from tests.support.fake_agency import SITES

RESULTS = "https://duckduckgo.com/?q=pets"
PHRASE = "a purple elephant"


@pytest.mark.thread
def test_a_listed_page_arrives_an_unlisted_one_yields_nothing_and_the_extension_asks_the_network_for_nothing(
    page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    page.goto(browsing.web.put(f"https://unlisted.example/{marks.head}", f"<p>{PHRASE} {marks.body}", marks.title))
    page.goto(browsing.web.put("https://listed.example/a", f"<p>{marks.body}", marks.title))
    browsing.await_all_asked(page)
    (envelope, body), _ = browsing.person.ingest.disclosures()
    assert (envelope.claim.rule, body.url, body.title) == ("listed-1", "https://listed.example", None)
    assert body.context_before is body.context_after is None
    assert browsing.texts() == []
    page.goto(browsing.web.put(RESULTS, f"<p>{PHRASE}"))
    browsing.await_all_asked(page)
    listed = [("listed.example", "/a"), ("last-2.listed.example", "/"), ("last-3.listed.example", "/")]
    opened = [("unlisted.example", f"/{marks.head}"), *listed[:2], ("duckduckgo.com", "/"), listed[2]]
    assert browsing.web.asked == opened
    assert [origin for origin in browsing.web.origins if origin.startswith("chrome-extension:")] == []
    marks.assert_nowhere()


def test_a_phrase_on_a_result_page_is_found_where_it_stands_and_how_the_page_came_to_be_open_is_told(
    page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    browsing.web.put(RESULTS, f"<div>we saw<p>{PHRASE}</p>today</div>", "Results")
    link = f"<p>{marks.body}<a href='{RESULTS}'>go</a>"
    page.goto(browsing.web.put(f"https://start.example/{marks.head}", link, marks.title))
    page.click("a")
    await_true(lambda: len(browsing.disclosed()) == 1)
    ((envelope, body),) = browsing.person.ingest.disclosures()
    assert (envelope.claim.rule, envelope.claim.band, envelope.claim.origin) == ("phrase-1", "possible", "link")
    assert body.context_before is not None
    assert body.context_before.split() == ["we", "saw", "a"]
    assert body.context_after == "today"
    marks.assert_nowhere()


def test_what_is_excluded_or_refused_leaves_no_mark_anywhere(page: Page, browsing: Browsing, marks: PageMarks) -> None:
    """R-RGT-10, R-LEG-30."""
    body, head, title, web = marks.body, marks.head, marks.title, browsing.web
    said = f"<p>{PHRASE} {body}</p><div contenteditable>{body}</div><textarea>{body}</textarea>"
    listed_frame = web.put("https://listed.example/framed", said)
    readable_frame = web.put("https://duckduckgo.com/framed?q=pets", said)
    web.put("https://duckduckgo.com/?q=pets", said)
    excluded = [
        web.put(
            f"https://helpline.example/{head}",
            f"{said}<iframe src='{listed_frame}'></iframe><iframe src='https://duckduckgo.com/?q=pets'></iframe>",
            f"Helpline {title}",
        ),
        web.put(f"https://a.helpline.example/?about={head}", said, title),
        f"https://duckduckgo.com/?q=crisis+line+{head}",
    ]
    refused = [
        web.put(f"https://mail.google.com/mail/{head}", said, f"Inbox {title}"),
        web.put(f"https://forum.example/thread/{head}", said, f"Thread {title}"),
        f"https://duckduckgo.com/?q=pets&ia=chat&about={head}",
        web.put(f"https://docs.example/{head}", f"{said}<iframe src='{readable_frame}'></iframe>", title),
    ]
    for url in (*excluded, *refused):
        page.goto(url)
    browsing.await_all_asked(page)
    assert {*excluded, *refused, listed_frame} <= {*browsing.asked_about()}  # so there was something to leave out
    assert browsing.texts() == []
    assert browsing.disclosed() == [url for url in browsing.disclosed() if url and "//last-" in url]
    marks.assert_nowhere()
    assert browsing.person.ingest.gaps() == []


def test_of_a_listed_mailbox_leaves_its_host_and_neither_subject_nor_which_thread(
    person: Device, web: Web, playwright: Playwright, marks: PageMarks
) -> None:
    """R-LEG-30, S77: an order may forbid a service; what is said on it stays locked."""
    agency = person.ingest.agency
    mail = ListEntry(Slug("mail"), "mail.google.com", Gravity.HIGH)
    agency.lists = (agency.sign_list(Capability.SITE, (*SITES, mail)), agency.lists[1])
    agency.issue(grants=tuple(map(agency.grant, agency.lists)))
    person.start()
    browsing = Browsing(person, web, recorded=True)
    said = f"<p>{PHRASE} {marks.body}"
    framed = web.put(f"https://listed.example/{marks.head}", said, marks.title)
    url = web.put(f"https://mail.google.com/mail/{marks.head}", f"{said}<iframe src='{framed}'></iframe>", marks.title)
    with browsing.open(playwright) as context:
        worker_of(context)
        page = context.pages[0]
        page.goto(f"{url}#inbox/{marks.head}")
        browsing.await_all_asked(page)
    assert {*browsing.disclosed()[:-1]} == {"https://listed.example", "https://mail.google.com"}
    assert {body.title for _, body in person.ingest.disclosures()} == {None}
    marks.assert_nowhere()


def test_no_page_is_entered_that_the_agent_did_not_ask_for(
    browser: BrowserContext, page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    """The browser itself says into which documents a script of the extension was put: one world a document."""
    entered: list[str] = []
    tools = browser.new_cdp_session(page)
    tools.on("Runtime.executionContextCreated", lambda made: entered.append(made["context"]["origin"]))
    tools.send("Runtime.enable")
    web, head, said = browsing.web, marks.head, f"{PHRASE} {marks.body}"
    web.put(RESULTS, f"<p>{said}")
    for url in (
        web.put(f"https://helpline.example/{head}", f"<p>{said}", marks.title),
        web.put(f"https://mail.google.com/mail/{head}", f"<div contenteditable>{said}</div>", marks.title),
        web.put(f"https://forum.example/thread/{head}", f"<p>{said}<textarea></textarea>", marks.title),
        f"https://duckduckgo.com/?q=pets&ia=chat&about={head}",
        f"https://duckduckgo.com/?q=crisis+line+{head}",
        web.put("https://listed.example/", f"<p>{said}", marks.title),
    ):
        page.goto(url)
        await_true(lambda url=url: url in browsing.asked_about())  # type: ignore[misc]
    browsing.await_all_asked(page)
    ours = f"chrome-extension://{EXTENSION_ID}"
    assert ours not in entered
    web.put(RESULTS, f"<p>{PHRASE}")
    page.goto(RESULTS)
    await_true(lambda: len(browsing.texts()) == 1)
    page.title()  # what the browser said meanwhile is heard with the next answer
    assert entered.count(ours) == 1
    marks.assert_nowhere()


def test_nothing_is_taken_from_what_can_be_edited_or_filled_in_or_is_hidden(
    page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    mark = marks.body
    browsing.web.put(
        RESULTS,
        f"""<p>before</p>
        <input value='{mark}'><input type=search value='{mark}'><input type=hidden value='{mark}'><textarea>{mark}</textarea>
        <input type=submit value='{mark}'><button>{mark}</button><select><option>{mark}</select>
        <div contenteditable>{mark}<b contenteditable=false>{mark}</b></div><p contenteditable=plaintext-only>{mark}</p>
        <div role=textbox>{mark}</div><span role=SEARCHBOX>{mark}</span><p style='-webkit-user-modify: read-write'>{mark}</p>
        <form>{mark}<input type=password><label>{mark}</label></form>
        <form><label>card {mark}</label><input autocomplete='billing cc-number'></form>
        <form><input name=querySelector><input name=matches><input name=tagName><input type=password>{mark}</form>
        <img name=createTreeWalker><img name=designMode><img name=body>
        <p hidden>{mark}</p><p style='visibility:hidden'>{mark}</p><script type=text/plain>{mark}</script><style>/*{mark}*/</style>
        <template>{mark}</template><noscript>{mark}</noscript><svg><text>{mark}</text></svg><iframe srcdoc='{mark}'></iframe>
        <div id=host></div><canvas id=drawn>{mark}</canvas>
        <script>
          host.attachShadow({{mode: 'open'}}).innerHTML = '{mark}';
          const typed = document.createElement('div'); typed.textContent = '{mark}'; typed.editContext = new EditContext();
          document.body instanceof HTMLImageElement ? document.documentElement.append(typed) : document.body.append(typed);
        </script>
        <form><input name=parentElement><input name=style>outside</form>
        <p style='display:contents'>{PHRASE} after</p>""",
    )
    page.goto(RESULTS)
    page.fill("input[type=search]", f"typed {mark}")
    browsing.await_read()
    browsing.await_all_asked(page)
    (text,) = browsing.texts()
    assert text.split() == ["before", "outside", "a", "purple", "elephant", "after"]
    page.goto(browsing.web.put(RESULTS, f"<p>{PHRASE} {mark}<script>document.designMode = 'on'</script>"))
    await_true(lambda: len(browsing.texts()) == 2)  # of a page that is edited as a whole
    browsing.await_all_asked(page)
    assert browsing.texts()[1:] == [""]
    marks.assert_nowhere()


def test_each_in_page_navigation_is_asked_anew_and_after_a_view_that_is_not_readable_nothing_is_read(
    page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    browsing.web.put(RESULTS, "<p id=view>first results")
    page.goto(RESULTS)
    await_true(lambda: len(browsing.texts()) == 1)

    def move(address: str, shows: str) -> None:
        page.evaluate(
            "([address, shows]) => { history.pushState({}, '', address); view.textContent = shows }", [address, shows]
        )
        await_true(lambda: browsing.asked_about()[-1].endswith(address))

    move("/?q=cats", "second results")
    await_true(lambda: len(browsing.texts()) == 2)
    move(f"/?q=cats&ia=chat&about={marks.head}", f"a conversation {marks.body}")
    move(
        "/?q=cats&ia=web", f"a conversation {marks.body}"
    )  # results by the address; what is shown may be the conversation still
    await_true(lambda: len(browsing.texts()) == 3)
    asked = len(browsing.asked_about())
    page.evaluate("location.hash = '#again'")
    await_true(lambda: browsing.asked_about()[asked:] == ["https://duckduckgo.com/?q=cats&ia=web"])
    browsing.await_all_asked(page)
    assert [text.split() for text in browsing.texts()] == [["first", "results"], ["second", "results"], [], []]
    titles = [message["title"] for message in browsing.told() if "title" in message]
    assert titles == ["Invented", "", "", ""]
    marks.assert_nowhere()


def test_an_address_that_a_page_leaves_while_it_loads_is_asked_about_all_the_same(
    browser: BrowserContext, browsing: Browsing, marks: PageMarks
) -> None:
    worker_of(browser)
    page, left = browser.pages[0], f"https://big.example/elsewhere/{marks.head}"
    said = f"<p>{marks.body}<script>history.replaceState({{}}, '', '{left}')</script>"
    page.goto(browsing.web.put("https://big.example/forum/1", said, marks.title))
    browsing.await_all_asked(page)
    assert browsing.asked_about()[:2] == ["https://big.example/forum/1", left]
    assert browsing.disclosed()[0] == "https://big.example/forum"
    marks.assert_nowhere()


def test_a_frame_is_asked_about_with_the_pages_around_it(page: Page, browsing: Browsing, marks: PageMarks) -> None:
    web, head, said, title = browsing.web, marks.head, f"<p>{marks.body}", marks.title
    inner = web.put("https://listed.example/inner", "<p>inner")
    middle = web.put(f"https://unlisted.example/{head}", f"{said}<iframe src='{inner}'></iframe>", title)
    outer = web.put(f"https://other.example/{head}", f"{said}<iframe src='{middle}'></iframe>", title)
    page.goto(outer)
    browsing.await_all_asked(page)
    (envelope, body), _ = browsing.person.ingest.disclosures()
    assert (envelope.claim.origin, body.title) == ("opened_by_page", None)
    told = {str(message["url"]): message for message in browsing.told() if "url" in message}
    assert [told[url]["within"] for url in (outer, middle, inner)] == [[], [outer], [middle, outer]]
    assert len({told[url]["page"] for url in (outer, middle, inner)}) == 1
    assert len({message["page"] for message in told.values()}) == 2  # the last page is another
    marks.assert_nowhere()


def test_a_page_brought_back_is_asked_about_again(page: Page, browsing: Browsing, marks: PageMarks) -> None:
    first = browsing.web.put("https://listed.example/first", "<p>first")
    page.goto(first)
    page.goto(browsing.web.put(f"https://unlisted.example/{marks.head}", f"<p>{marks.body}", marks.title))
    page.go_back()
    page.go_forward()
    browsing.await_all_asked(page)
    assert browsing.asked_about().count(first) == 2
    assert [envelope.claim.origin for envelope, _ in browsing.person.ingest.disclosures()][:2] == ["typed", "unknown"]
    marks.assert_nowhere()


def test_a_page_left_before_it_is_whole_is_asked_about(page: Page, browsing: Browsing) -> None:
    never = browsing.web.put("https://listed.example/never-whole", "<p>here<img src='https://slow.example/hang'>")
    page.goto(never, wait_until="commit")
    await_true(lambda: ("slow.example", "/hang") in browsing.web.asked)
    assert never not in browsing.asked_about()
    browsing.await_all_asked(page)
    assert browsing.asked_about().count(never) == 1


def test_a_page_made_ready_in_the_background_is_told_of_when_it_opens_and_not_before(
    browsing: Browsing, marks: PageMarks
) -> None:
    web = browsing.web
    browsing.recorded = True
    ready = web.put(
        "https://big.example/forum/ready",
        "<script>fetch(`/ready-${document.prerendering}`); document.onprerenderingchange = () => fetch('/opened')</script>",
    )
    rules = '{"prerender": [{"source": "list", "urls": ["/forum/ready"], "eagerness": "immediate"}]}'
    begin = web.put(
        f"https://big.example/{marks.head}",
        f"""<p>{marks.body}<script type=speculationrules>{rules}</script>
        <script>fetch('/hang').then(() => location = '/forum/ready')</script>""",
        marks.title,
    )
    with browsing.start(begin):
        await_true(lambda: ("big.example", "/ready-true") in web.asked)
        await_true(lambda: begin in browsing.asked_about())
        time.sleep(1)  # nothing tells that something was not told
        assert browsing.asked_about() == [begin]
        web.ends.set()
        await_true(lambda: browsing.disclosed() == ["https://big.example/forum"])
    assert ("big.example", "/opened") in web.asked
    assert browsing.asked_about() == [begin, ready]
    marks.assert_nowhere()


def test_pages_of_the_browser_itself_files_and_data_are_not_told_of(
    page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    data, file = f"data:text/html,<p>{marks.head}", f"file:///etc/hostname#{marks.head}"
    for url in ("about:blank", "chrome://version/", data, file):
        page.goto(url)
    browsing.await_all_asked(page)
    assert len(browsing.asked_about()) == 1
    assert marks.head not in json.dumps(browsing.told())
    marks.assert_nowhere()


REACH = """async ([url, socket]) => {
  const said = [];
  for (const mode of ["cors", "no-cors"]) said.push(await fetch(url, { mode }).then(() => "out", () => "closed"));
  said.push(await new Promise((resolve) => {
    try {
      const one = new WebSocket(socket);
      one.onopen = () => resolve("out");
      one.onerror = () => resolve("closed");
    } catch { resolve("closed"); }
  }));
  return said;
}"""


@pytest.mark.parametrize(("policy", "outcome"), [(True, ["closed"] * 3), (False, ["out", "out", "closed"])])
def test_even_a_worker_that_tries_has_no_way_out(
    browsing: Browsing, playwright: Playwright, policy: bool, outcome: list[str]
) -> None:
    """The same attempts reach the web once the manifest's policy is taken away: it is the policy that holds them."""
    if not policy:
        browsing.extension = browsing.copy_without_policy()
    url = browsing.web.put("https://reach.example/", "<p>hello")
    with browsing.open(playwright) as context:
        assert worker_of(context).evaluate(REACH, [url, "wss://reach.example/"]) == outcome
    reached = [key for key in browsing.web.asked if key[0] == "reach.example"]
    assert len(reached) == (0 if policy else 3)
