"""Within the delay the portal discloses no finding by a byte, a header or a page's work (issue 3, "Tip-off tests"; design §1.6).

Two twins are one played case, copied with its database. In one, a partner's search was found, sent, grouped, revealed and decided. No test
here measures a time: a page with the same queries and answers takes equally long. The benchmark `tip_off` measures pages. The device's own
page is tested in tests/unit/agent/presence/test_details.py (S55).
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page

from offmon.core import clock as time
from offmon.core.access.portal_access import WayIn
from offmon.core.person.deadlines import RequestKind
from offmon.core.person.delay import waits
from offmon.server.base import clock
from offmon.words.catalogue import Language
from tests.database import Template
from tests.e2e.portal.conftest import served
from tests.integration.portal.person import PIN, Person, later, portal
from tests.prove.markers import proves
from tests.support.twins import Monitored

READ = ("now", "never", "notice", "told", "ask", *(f"ask/{kind}" for kind in RequestKind))
PATHS = [
    f"/{language}/{path}" for language in Language for path in ("", "first/", "absent/", *(f"{one}/" for one in READ))
]
DRAWN_ANEW = re.compile(r'(?<=csrftoken=)\w+|(?<=name="csrfmiddlewaretoken" value=")\w+')
TELLING_HEADERS = {"last-modified", "etag", "age", "server-timing", "expires"}
DELAY_DAYS = 14


@dataclass(frozen=True)
class Twins:
    """One case twice: `quiet` as it was, and `found` with what was found in it."""

    quiet: Monitored
    found: Monitored


@pytest.fixture(scope="module")
def twins(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with migrated_template.clone() as database, ThreadPoolExecutor(1) as thread:
        # Playwright has a loop in this thread, and Django refuses one.
        quiet = thread.submit(Monitored.begin, database, tmp_path_factory.mktemp("twins")).result()
        with Template(database.server, database.name).clone() as another:
            yield Twins(quiet, thread.submit(quiet.twin, another).result())


def sign_in(page: Page, way_in: WayIn) -> None:
    page.goto("/en/")
    page.get_by_label("Your sign-in name").fill(way_in.name)
    page.get_by_label("Your PIN").fill(PIN)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/en/now/")


def seen(page: Page) -> dict[str, tuple[int, dict[str, str], str, set[str]]]:
    """Of every page what reaches the browser: status, headers, body, and what it then fetched; less what is drawn anew for each."""
    shown = {}
    fetched: set[str] = set()
    page.on("request", lambda request: fetched.add(request.url.split("/", 3)[3]))
    for path in PATHS:
        fetched.clear()
        answer = page.goto(path, wait_until="networkidle")
        assert answer is not None
        headers = answer.all_headers()
        assert not TELLING_HEADERS & set(headers), path
        one = headers.pop("x-request-id")
        own = {name: DRAWN_ANEW.sub("", value) for name, value in headers.items() if name != "date"}
        shown[path] = (answer.status, own, DRAWN_ANEW.sub("", answer.text()).replace(one, ""), fetched.copy())
    return shown


def test_within_the_delay_not_a_byte_header_or_request_differs(chromium: Browser, twins: Twins) -> None:
    today = None
    while today != time.local_day(clock.now()):  # again, where a midnight came between
        today, shown = time.local_day(clock.now()), []
        with ExitStack() as open_now:
            for twin in (twins.quiet, twins.found):
                address = open_now.enter_context(served(twin.story, twin.story.database))
                context = open_now.enter_context(chromium.new_context(base_url=address))
                page = context.new_page()
                sign_in(page, twin.way_in)
                shown.append(seen(page))
    quiet, found = shown
    assert {status for status, *_ in quiet.values()} == {200, 404}
    for path in PATHS:
        assert quiet[path] == found[path], path


type Work = list[tuple[str, int, tuple[int, ...]]]


@contextmanager
def worked() -> Iterator[Work]:
    """Every statement that is sent meanwhile, how many rows answered it, and how long what was sent with it was."""
    work: Work = []

    def note(execute: Callable[..., Any], statement: str, given: Any, many: bool, context: dict[str, Any]) -> Any:
        answer = execute(statement, given, many, context)
        lengths = tuple(len(one if isinstance(one, bytes) else str(one)) for one in map(_plain, given or ()))
        work.append((re.sub(r'"s\d+_x\d+"', "savepoint", statement), context["cursor"].rowcount, lengths))
        return answer

    with connection.execute_wrapper(note):
        yield work


def _plain(given: object) -> object:
    """What is sent, without psycopg's wrapping."""
    return bytes(given) if isinstance(given, memoryview) else getattr(given, "obj", given)


def _work_of(twin: Monitored) -> dict[str, Work]:
    """Of every page what it made the database do, once each is known to the process."""
    person = Person(twin.story)
    with portal(twin.story):
        assert person.signs_in(twin.way_in).status_code == 302
        done: dict[str, Work] = {}
        for path in PATHS * 2:
            with worked() as work:
                person.browser.get(path)
            done[path] = list(work)
    return done


@proves("S56", waits, disabled=lambda reason: False)
def test_within_the_delay_a_page_asks_and_is_answered_and_writes_as_much(twins: Twins) -> None:
    with ThreadPoolExecutor(1) as thread:
        quiet = thread.submit(_work_of, twins.quiet).result()
        found = thread.submit(_work_of, twins.found).result()
    assert sum(len(work) for work in quiet.values()) > len(PATHS)
    for path in PATHS:
        assert quiet[path] == found[path], path


def _ever_told(twin: Monitored) -> tuple[str, str]:
    person = Person(twin.story)
    with portal(twin.story):
        assert person.signs_in(twin.way_in).status_code == 302
        now = "".join(person.browser.get(path).content.decode() for path in PATHS)
        with later(DELAY_DAYS + 1):
            return now, "".join(person.browser.get(path).content.decode() for path in PATHS)


def test_what_a_partner_searched_for_in_the_account_is_shown_to_nobody_even_after_it(twins: Twins) -> None:
    with ThreadPoolExecutor(1) as thread:
        within, after = thread.submit(_ever_told, twins.found).result()
    assert "A visit to a site on a list" not in within
    assert "A visit to a site on a list" in after  # so the finding itself is told then: its day, its kind, its term
    for marker in ("inert-partner-marker", "listed.invalid", "q="):
        assert marker not in within + after


def _taken_away(twin: Monitored) -> tuple[int, bytes]:
    person = Person(twin.story)
    with portal(twin.story):
        assert person.signs_in(twin.way_in).status_code == 302
        answer = person.browser.get("/en/told/file/")
        return answer.status_code, answer.content


def test_nor_does_the_file_that_the_person_takes_away(twins: Twins) -> None:
    with ThreadPoolExecutor(1) as thread:
        quiet, found = (thread.submit(_taken_away, twin).result() for twin in (twins.quiet, twins.found))
    assert quiet[0] == 200
    assert quiet == found
