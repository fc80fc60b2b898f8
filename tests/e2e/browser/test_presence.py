"""Browser and agent, both there or one missing: covered, or a declared gap (issue 2)."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright

from offmon.core.formats.event import GapReason
from tests.e2e.browser.browsing import Browsing, badge, worker_of
from tests.integration.agent.devices import AGENT_UID, await_true
from tests.integration.agent.page_marks import PageMarks
from trial.uids import PROCESS_UIDS

COLD_STARTS = 20


@pytest.fixture
def plain(browsing: Browsing, playwright: Playwright) -> Iterator[BrowserContext]:
    """A browser that the test drives, with the shim itself and no recorder between."""
    with browsing.open(playwright) as context:
        yield context


def test_of_twenty_cold_starts_with_a_page_already_on_the_command_line_twenty_are_covered(browsing: Browsing) -> None:
    urls = [browsing.web.put(f"https://start-{n}.listed.example/", "<p>first", f"Page {n}") for n in range(COLD_STARTS)]
    with ExitStack() as ending:
        for url in urls:
            browser = ending.enter_context(browsing.start(url))
            await_true(lambda url=url: url.rstrip("/") in browsing.disclosed())  # type: ignore[misc]
            browser.terminate()
    assert browsing.disclosed() == [url.rstrip("/") for url in urls]
    assert browsing.person.ingest.gaps() == []


def test_while_the_agent_is_down_nothing_is_read_or_kept_and_the_time_is_a_declared_gap(
    plain: BrowserContext, browsing: Browsing, marks: PageMarks
) -> None:
    person, web = browsing.person, browsing.web
    worker = worker_of(plain)
    page = plain.pages[0]
    person.kill()
    await_true(lambda: badge(worker) == "")
    assert "nothing is read" in worker.evaluate("chrome.action.getTitle({})")
    page.goto(web.put(f"https://listed.example/while-down/{marks.head}", f"<p>{marks.body}", marks.title))
    page.goto(web.put(f"https://unlisted.example/{marks.head}", f"<p>{marks.body}", marks.title))
    person.start()
    await_true(lambda: badge(worker) == "ON")
    browsing.await_all_asked(page)
    assert browsing.disclosed() == ["https://last-2.listed.example"]
    ((arrived, _),) = person.ingest.disclosures()
    await_true(lambda: {gap.reason for gap in person.ingest.gaps()} >= {GapReason.AGENT_DOWN})
    person.stop()
    gaps = sorted(person.ingest.gaps(), key=lambda gap: gap.since)
    assert gaps[0].reason is GapReason.AGENT_DOWN
    # Then, where the browser was no longer young, the time until it was heard again.
    assert [gap.reason for gap in gaps[1:]] in ([], [GapReason.SOURCE_DOWN])
    assert gaps[-1].until <= arrived.claim.event_at
    marks.assert_nowhere()


def test_a_page_that_is_still_open_when_the_agent_comes_back_is_covered(
    plain: BrowserContext, browsing: Browsing
) -> None:
    person, web = browsing.person, browsing.web
    worker = worker_of(plain)
    person.kill()
    await_true(lambda: badge(worker) == "")
    plain.pages[0].goto(web.put("https://listed.example/still-open", "<p>hello"))
    person.start()
    await_true(lambda: browsing.disclosed() == ["https://listed.example"])


def test_a_browser_that_ends_is_no_gap(browsing: Browsing, playwright: Playwright) -> None:
    with browsing.open(playwright) as context:
        worker_of(context)
        browsing.await_all_asked(context.pages[0])
    beats = browsing.person.ingest.heartbeats
    await_true(lambda: browsing.person.ingest.heartbeats >= beats + 6)
    browsing.person.stop()
    assert browsing.person.ingest.gaps() == []


def test_browser_shim_and_agent_are_processes_of_their_own_and_a_browser_that_runs_unheard_is_a_declared_gap(
    plain: BrowserContext, browsing: Browsing
) -> None:
    worker, agent = worker_of(plain), browsing.person.running
    assert agent is not None
    shim_pid = browsing.shim()
    browser_pid = int(stat(shim_pid, "PPid"))
    pids = [browser_pid, shim_pid, agent.pid]
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids]
    assert len({*pids, os.getpid()}) == 4
    assert len({*lines}) == 3
    assert b"chromium" in lines[0]
    assert b"offmon.agent.native_host" in lines[1]
    assert lines[2].split(b"\0")[1:3] == [b"-m", b"offmon.agent"]
    person = AGENT_UID if os.geteuid() == 0 else os.geteuid()
    assert {stat(pid, "Uid").split()[0] for pid in pids} == {str(person)}  # one account: ADR 5
    assert person not in PROCESS_UIDS.values(), "no server process is the person"
    print(f"resident: shim {stat(shim_pid, 'VmRSS')}, agent {stat(agent.pid, 'VmRSS')}")  # noqa: T201 - for whoever runs it with -s
    os.kill(shim_pid, signal.SIGKILL)
    await_true(lambda: badge(worker) == "")
    await_true(lambda: badge(worker) == "ON")
    await_true(lambda: len(browsing.person.gaps(GapReason.SOURCE_DOWN)) == 1)
    (gap,) = browsing.person.gaps(GapReason.SOURCE_DOWN)  # until it was heard again
    assert gap.until > gap.since
    browsing.await_all_asked(plain.pages[0])


def stat(pid: int, name: str) -> str:
    """A line of what the kernel says of a process."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith(f"{name}:"))
