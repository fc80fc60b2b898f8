"""The public site as a stranger gets it, and what it shows when a control is broken (issue 3; R-WEB-1, R-SEC-4)."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Request

from offmon.core.clock import DAY_MS
from offmon.core.ids import Ms
from offmon.core.public.assurance import PROMISES, Control
from offmon.server.base.web.permissions import doors
from offmon.server.oversight.actions import CheckedPaper, do_record_attestation
from offmon.words.catalogue import Language, texts
from tests.e2e.controls import each_label_selects_its_own
from tests.e2e.looking import WIDTHS, look, unfold
from tests.e2e.reach import by_keyboard, enlarged
from tests.e2e.serving import opened
from tests.e2e.website.conftest import Face
from tests.support.fake_device import now
from tests.support.story import Story

ROUTES = [door.route for door in doors("offmon.server.faces.website.urls") if door.route.startswith("<language:")]
ANSWERED = {"contact/write/": "?about=no"}  # the box is shown to whoever said that it is about no person
PAGES = sorted(
    route + ANSWERED.get(route, "")
    for route in (route.removeprefix("<language:language>/") for route in ROUTES)
    if not route.endswith("choose/")
)
ERRORS = ("/absent/", "/cookies/choose/")
EVERY = (*PAGES, *(error.removeprefix("/") for error in ERRORS))
WITHIN_S = 60
MENDED_S = 240  # nobody is promised how soon it is seen that all is well again
MOST_BYTES = 100_000
STORED = """async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length
    + (await caches.keys()).length + (await navigator.serviceWorker.getRegistrations()).length"""


@pytest.fixture
def page(chromium: Browser, face: Face) -> Iterator[Page]:
    with opened(chromium, face.address, excused=ERRORS) as page:
        yield page


def examined(page: Page, name: str, language: Language = Language.ENGLISH) -> None:
    """In both languages; by keyboard, by its labels and at both widths in one, since the other has the same blocks.

    That it has: `tests/integration/website`.
    """
    if language is Language.ENGLISH:
        by_keyboard(page, name)
        each_label_selects_its_own(page, name)
    look(page, name, WIDTHS if language is Language.ENGLISH else WIDTHS[1:])
    enlarged(page, name)


@pytest.mark.parametrize("language", Language)
def test_every_page_is_accessible_and_fits_in_both_languages(page: Page, language: Language) -> None:
    for route in EVERY:
        page.goto(f"/{language.value}/{route}")
        unfold(page)
        name = f"site-{language.value}-{route.partition('?')[0].strip('/').replace('/', '-') or 'home'}"
        examined(page, name, language)


def fault_of(language: Language) -> dict[str, tuple[str, dict[str, str]]]:
    """What is sent wrongly, and where: each error that a form of the site can show."""
    say = texts(language)
    message, reply = say["site.contact.write.message"], say["site.contact.write.reply"]
    return {
        "nothing-chosen": ("contact/", {}),
        "empty": ("contact/write/?about=no", {}),
        "long": ("contact/write/?about=no", {message: "a " * 1_001}),
        "nowhere-to-answer": ("contact/write/?about=no", {message: "A question.", reply: "nobody"}),
        "number": ("contact/write/?about=no", {message: "A86/0000I a 2086/0000000I"}),
    }


@pytest.mark.parametrize("language", Language)
def test_what_a_form_says_of_an_error_is_accessible_too_and_a_refusal_leads_to_whom_to_ask(
    page: Page, language: Language
) -> None:
    for fault, (route, typed) in fault_of(language).items():
        page.goto(f"/{language.value}/{route}")
        for label, text in typed.items():
            page.get_by_label(label).fill(text)
        page.locator("main form button").click()
        page.wait_for_function(
            "document.activeElement.className.startsWith('govuk-error-summary')"
        )  # it is read out first
        page.evaluate("document.body.tabIndex = -1, document.body.focus()")  # as whoever begins at the top of the page
        examined(page, f"site-{language.value}-error-{fault}", language)
    page.locator("main a[href$='/contact/directory/']").click()  # of the message that held a number
    assert urlsplit(page.url).path == f"/{language.value}/contact/directory/"


def test_the_first_page_is_light_with_everything_that_it_fetches(page: Page) -> None:
    asked: list[Request] = []
    page.on("requestfinished", lambda finished: asked.append(finished))  # noqa: PLW0108  # playwright marks a handler, and cannot a built-in
    page.goto("/en/", wait_until="networkidle")
    sizes = {one.url: one.sizes()["responseBodySize"] for one in list(asked)}
    assert len(sizes) >= 5
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def stored(page: Page) -> tuple[list[str], int]:
    """The cookies, and how many things lie in the browser's stores."""
    names = sorted(str(cookie["name"]) for cookie in page.context.cookies())
    count: int = page.evaluate(STORED)
    return names, count


def keep_in_each_store(page: Page, face: Face) -> None:
    """As a script of ours could: whatever this leaves, `stored` has to see."""
    page.context.route(
        f"{face.address}/worker.js", lambda route: route.fulfill(content_type="text/javascript", body="")
    )
    page.evaluate("navigator.serviceWorker.register('/worker.js')")
    page.evaluate("caches.open('visitor')")
    page.evaluate("new Promise(done => (indexedDB.open('visitor').onsuccess = done)).then(() => null)")
    page.evaluate("localStorage.a = sessionStorage.a = 1")


def test_a_look_at_what_is_stored_sees_each_store_of_the_browser(page: Page, face: Face) -> None:
    page.goto("/en/")
    assert stored(page) == ([], 0)
    keep_in_each_store(page, face)
    assert stored(page) == ([], 5)


def counted(face: Face) -> int:
    with face.database.connect_as_owner() as owner:
        row = owner.execute("select coalesce(sum(count), 0) from oversight_pagecount").fetchone()
        return int(row[0]) if row else 0


def choose_on_the_cookies_page(page: Page, choice: str) -> None:
    page.goto("/en/cookies/")
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Save my choice").click()


def somebody_else_accepts(chromium: Browser, face: Face) -> None:
    """From then on the database lets a count pass: whose visits are none, the site alone knows."""
    with opened(chromium, face.address) as page:
        choose_on_the_cookies_page(page, "Yes")
        page.goto("/en/")


def stored_on_every_page(page: Page) -> set[tuple[tuple[str, ...], int]]:
    """What lies in the browser after each; error pages too."""
    found = set()
    for address in (f"/{language.value}/{route}" for language in Language for route in EVERY):
        page.goto(address)
        names, count = stored(page)
        found.add((tuple(names), count))
    return found


def test_nothing_is_stored_or_counted_but_the_choice_and_with_it(chromium: Browser, page: Page, face: Face) -> None:
    somebody_else_accepts(chromium, face)
    before = counted(face)
    assert before > 0
    assert stored_on_every_page(page) == {((), 0)}
    page.goto("/en/")
    page.get_by_role("button", name="No, do not count it").click()
    assert urlsplit(page.url).path == "/en/"
    assert not page.get_by_text("May we count this visit?").is_visible()
    assert stored(page) == (["offmon_choice"], 0)
    look(page, "site-en-home-chosen")
    assert stored_on_every_page(page) == {(("offmon_choice",), 0)}
    assert counted(face) == before
    choose_on_the_cookies_page(page, "Yes")
    page.goto("/en/privacy/")
    assert counted(face) > before
    page.get_by_role("button", name="Change this: do not count them").click()  # at the foot of the page that was read
    assert urlsplit(page.url).path == "/en/privacy/"
    choose_on_the_cookies_page(page, "Yes")
    choose_on_the_cookies_page(page, "No")
    assert page.locator("table tbody th").all_inner_texts() == stored(page)[0]  # the table names what there is
    now = counted(face)
    page.goto("/en/privacy/")
    assert stored(page) == (["offmon_choice"], 0)
    assert counted(face) == now


@pytest.mark.thread
def test_the_keyboard_alone_reaches_the_way_to_ask_about_a_person(page: Page) -> None:
    page.goto("/en/contact/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "main-content"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contact/directory/**")
    assert page.get_by_text("call 101").is_visible()


def assured(face: Face, *marks: str) -> tuple[int, set[str]]:
    """What `offmon assure` says: its exit status, and the promises that it marks so."""
    ended = subprocess.run(
        [sys.executable, "-m", "offmon", "assure", face.address], capture_output=True, text=True, check=False
    )
    assert ended.returncode in {0, 1}, ended.stderr
    lines = [line for line in ended.stdout.splitlines() if not line.startswith(" ")]
    assert len(lines) == len(PROMISES)
    return ended.returncode, {line[10:] for line in lines if line[:10].strip() in marks}


def until(face: Face, expected: set[str], status: int, within_s: float = WITHIN_S) -> None:
    """Until those promises are called broken or stale, and no other."""
    deadline = time.monotonic() + within_s
    while (said := assured(face, "BROKEN", "STALE")) != (status, expected):
        assert time.monotonic() < deadline, said
        time.sleep(1)


type Hand = Callable[[Face], object]


def by_statement(statement: str) -> Hand:
    """As the superuser, since nobody else could."""

    def hand(face: Face) -> None:
        url = face.database.server.superuser_url
        with closing(psycopg.connect(url, dbname=face.database.name, autocommit=True)) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute(statement.encode())

    return hand


def record_membership(face: Face) -> None:
    paper = CheckedPaper(
        Control.PAPER_IWF, "An invented membership", "An invented body", Ms(now() - DAY_MS), Ms(now() + DAY_MS)
    )

    def record(story: Story) -> None:
        with story.console():
            do_record_attestation(paper, actor=story.data_protection)

    face.act(record)


# What is done, by what it is mended, and which control that breaks. One wait shows them all; each by itself, and the many others, are
# broken where nothing is published (tests/integration/oversight).
BREAKS: dict[str, tuple[Hand, Hand, Control]] = {
    "a trigger is switched off": (
        by_statement("alter table triage_alert disable trigger audited"),
        by_statement("alter table triage_alert enable trigger audited"),
        Control.BACKSTOP,
    ),
    "the assessment is past its review": (
        by_statement("update orders_assessment set review_by = prepared_at + 1"),
        by_statement("update orders_assessment set review_by = prepared_at + 86400000"),
        Control.ASSESSED,
    ),
    "the witness is stopped": (Face.stop_witness, Face.wake_witness, Control.WITNESSED),
    "the attestation is removed": (
        by_statement("delete from oversight_attestation"),
        record_membership,
        Control.PAPER_IWF,
    ),
}


def test_breaking_controls_turns_exactly_what_rests_on_them_within_a_minute(page: Page, face: Face) -> None:
    """A trigger, an assessment, the witness and a paper: what rests on one of them turns, and nothing else; mended, all is as before."""
    record_membership(face)
    until(face, set(), 0)
    _, at_rest = assured(face, "kept")
    page.goto("/en/safeguards/")
    controls = {control for _, _, control in BREAKS.values()}
    resting = {promise.slug for promise in PROMISES if controls & set(promise.controls)}
    lines = {page.locator(f"#{slug} h4").inner_text() for slug in resting}
    for breaks, _, _ in BREAKS.values():
        breaks(face)
    until(face, lines, 1)
    _, kept = assured(face, "kept")
    assert kept >= at_rest - lines  # a promise of which there was nothing to look at yet may be kept by now
    assert not kept & lines
    page.reload()
    assert {slug for slug in resting if "BROKEN" in page.locator(f"#{slug}").inner_text().upper()} == resting
    for _, mends, _ in BREAKS.values():
        mends(face)
    until(face, set(), 0, MENDED_S)
    assert assured(face, "kept")[1] >= at_rest


@pytest.mark.thread
def test_everything_works_without_scripts(chromium: Browser, face: Face) -> None:
    with opened(chromium, face.address, java_script_enabled=False, viewport={"width": 390, "height": 900}) as page:
        page.goto("/cy/")
        page.get_by_role("button", name="Na, peidiwch â'i gyfrif").click()
        page.get_by_role("link", name="Cysylltu").first.click()
        page.get_by_label("Nac ydy, mae am Offmon neu'r wefan hon").check()
        page.get_by_role("button", name="Parhau").click()
        page.get_by_label("Eich neges").fill("A86/0000I a 2086/0000000I")
        page.get_by_role("button", name="Anfon").click()
        assert "Ni chadwyd ef gennym" in page.inner_text("main")
