"""The supervised person's page: at any width, by keyboard, without scripts, in both languages (issue 3)."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request

from offmon.core.person.deadlines import RequestKind
from offmon.words.catalogue import Language, translate
from tests.e2e.controls import each_label_selects_its_own
from tests.e2e.elsewhere import FACES, cookies_sent
from tests.e2e.looking import look, unfold
from tests.e2e.portal.conftest import Own
from tests.e2e.reach import by_keyboard, enlarged
from tests.e2e.serving import opened

PIN = "830194"
READ = (
    "now",
    "never",
    "notice",
    "notice/large",
    "notice/easy",
    "told",
    "ask",
    *(f"ask/{kind}" for kind in RequestKind),
)
MOST_BYTES = 150_000


@pytest.fixture
def page(chromium: Browser, own: Own) -> Iterator[Page]:
    with opened(chromium, own.address, excused=("/absent/", "/leave/")) as page:
        yield page


def begin(page: Page, own: Own) -> None:
    """The first visit, from the page to sign in."""
    page.goto("/")
    page.get_by_role("link", name="Is this your first visit?").click()
    page.get_by_label("Your sign-in name").fill(own.way_in.name)
    page.get_by_label("Your code").fill(own.way_in.code)
    page.get_by_label("Choose a PIN").fill(PIN)
    page.get_by_label("Enter the PIN again").fill(PIN)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/en/now/")


def examined(page: Page, language: Language, name: str) -> None:
    """In both languages; by keyboard and by its labels in one, since the other has the same blocks (tests/integration/portal)."""
    unfold(page)
    if language is Language.ENGLISH:
        by_keyboard(page, name)
        each_label_selects_its_own(page, name)
    look(page, name)
    enlarged(page, name)


def test_every_page_is_accessible_light_and_fits_in_both_languages(page: Page, own: Own) -> None:
    asked: list[Request] = []
    page.on("requestfinished", lambda finished: asked.append(finished))  # noqa: PLW0108  # playwright marks a handler, and cannot a built-in
    page.goto("/en/", wait_until="networkidle")
    sizes = {one.url: one.sizes()["responseBodySize"] for one in list(asked)}
    assert len(sizes) >= 5
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    for path in ("absent/", "leave/", "", "first/"):
        for language in Language:
            page.goto(f"/{language}/{path}")
            examined(page, language, f"portal-{language}-{path.strip('/') or 'sign-in'}")
    page.get_by_role("button", name=translate(Language.WELSH, "portal.first.submit")).click()
    look(page, "portal-cy-first-errors")
    begin(page, own)
    page.goto("/en/ask/complaint/")
    page.get_by_label("What do you want to complain about?").fill("Nobody called me back (invented).")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/en/ask/*")
    assert page.get_by_role("alert").get_by_text("We have it. Its reference is C-").is_visible()
    for _ in range(4):  # so many that there is a second page of them
        page.goto("/en/ask/data/")
        page.get_by_role("button", name="Send").click()
        page.wait_for_url("**/en/ask/*")
    page.get_by_role("link", name="Older").click()
    assert page.get_by_text("Nobody called me back (invented).").is_visible()
    for language in Language:
        page.goto(f"/{language}/ask/?sent")
        look(page, f"portal-{language}-ask-sent")
    for language in Language:
        for path in READ:
            page.goto(f"/{language}/{path}/")
            examined(page, language, f"portal-{language}-{path.replace('/', '-')}")
    page.goto("/en/told/")
    assert page.get_by_text("A visit to a site on a list").count() == 3


def test_the_page_that_asks_whoever_tried_too_often_to_wait_is_as_good(chromium: Browser, own: Own) -> None:
    with opened(chromium, own.address, excused=("/",)) as page:  # of its own address: the answer's status is an error's
        for language in Language:
            title = translate(language, "portal.wait.title")
            page.goto(f"/{language}/")
            for _ in range(12):
                page.get_by_label(translate(language, "portal.name.label")).fill("nobodyss")
                page.get_by_label(translate(language, "portal.pin.label"), exact=True).fill("000000")
                page.get_by_role("button", name=translate(language, "portal.sign-in.submit"), exact=True).click()
                if page.get_by_role("heading", level=1).inner_text() == title:
                    break
            assert page.get_by_role("heading", level=1).inner_text() == title
            by_keyboard(page, f"portal-{language}-wait")
            look(page, f"portal-{language}-wait")
            enlarged(page, f"portal-{language}-wait")


@pytest.mark.thread
def test_it_works_without_scripts_and_the_sign_in_ends_with_the_browser(chromium: Browser, own: Own) -> None:
    with opened(chromium, own.address, java_script_enabled=False) as page:
        begin(page, own)
        assert page.get_by_text("visits to sites that are on a list; words").is_visible()
        assert not page.get_by_role("heading", name="Device 1").is_visible()
        page.get_by_text("Each device and its permission").click()
        assert page.get_by_role("heading", name="Device 1").is_visible()
        kept = {str(cookie["name"]): cookie for cookie in page.context.cookies()}
        assert set(kept) == {"__Host-sitting", "__Host-csrftoken"}
        for cookie in kept.values():
            assert (cookie["domain"], cookie["sameSite"], cookie["secure"]) == ("portal.localhost", "Strict", True)
            assert (cookie["httpOnly"], cookie["expires"]) == (True, -1)
        page.get_by_role("link", name="Cymraeg").click()
        assert page.get_by_role("heading", level=1).inner_text() == translate(Language.WELSH, "portal.now.title")
        page.get_by_role("button", name=translate(Language.WELSH, "portal.frame.leave")).click()
        page.goto("/cy/now/")
        assert urlsplit(page.url).path == "/cy/"
        page.goto("/en/")
        page.get_by_label("Your sign-in name").fill(own.way_in.name)
        page.get_by_label("Your PIN").fill(PIN)
        page.get_by_role("button", name="Sign in").click()
        assert urlsplit(page.url).path == "/en/now/"


@pytest.mark.thread
def test_the_keyboard_alone_signs_in(page: Page, own: Own) -> None:
    begin(page, own)
    page.goto("/en/now/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.context.clear_cookies()
    page.goto("/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(own.way_in.name)
    page.keyboard.press("Tab")
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/now/**")


def test_a_sign_in_here_sends_no_cookie_to_another_face(page: Page, own: Own) -> None:
    begin(page, own)
    names = {str(cookie["name"]) for cookie in page.context.cookies()}
    assert names == {"__Host-sitting", "__Host-csrftoken"}
    came = cookies_sent(page.context)
    own_host = urlsplit(own.address).hostname or ""
    assert "__Host-csrftoken=" in (came.pop(own_host) or "")
    assert came == dict.fromkeys(set(FACES) - {own_host})
