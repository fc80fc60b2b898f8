"""Whatever ends, and when: pages that a browser saw and had not reported are in a declared gap (issue 2). Real agent, real shim."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from offmon.agent.clock import now
from offmon.agent.sources.browsers import ENDS_MS, ON_THE_WAY_MS
from offmon.core.formats.event import GapReason
from tests.integration.agent.devices import Device, await_true, start

# So long a page waits that what may have been on the way does not reach back to it, nor does a mark of the agent from before.
WAITED_S = ON_THE_WAY_MS / 1000 + 3


@dataclass
class Holding:
    """A browser in which a page waits, its shim, and when the page was seen."""

    browser: "subprocess.Popen[bytes]"
    shim: int
    seen: int


@pytest.fixture
def holding(person: Device) -> Iterator[Holding]:
    person.start()
    browser = start(person, "-m", "tests.integration.agent.holding", str(person.home))
    assert browser.stdout is not None
    seen, shim = map(int, browser.stdout.readline().split())
    time.sleep(WAITED_S)
    yield Holding(browser, shim, seen)
    for pid in (browser.pid, shim):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    browser.stdout.close()
    browser.wait()


def kill_the_browser(_person: Device, holding: Holding) -> GapReason:
    holding.browser.kill()
    holding.browser.wait()
    return GapReason.SOURCE_DOWN


def kill_the_shim(_person: Device, holding: Holding) -> GapReason:
    os.kill(holding.shim, signal.SIGKILL)
    return GapReason.SOURCE_DOWN


def stop_the_shim(_person: Device, holding: Holding) -> GapReason:
    os.kill(holding.shim, signal.SIGSTOP)
    return GapReason.SOURCE_DOWN


def kill_the_agent(person: Device, _holding: Holding) -> GapReason:
    person.kill()
    person.start()
    return GapReason.AGENT_DOWN


@pytest.mark.parametrize("end", [kill_the_browser, kill_the_shim, stop_the_shim, kill_the_agent])
def test_what_waited_in_the_browser_when_something_ended_lies_in_a_gap(
    person: Device, holding: Holding, end: Callable[[Device, Holding], GapReason]
) -> None:
    before = now()
    reason = end(person, holding)
    if reason is GapReason.SOURCE_DOWN:
        time.sleep(ENDS_MS / 1000)
        if end is not kill_the_browser:  # it runs on unheard, until it ends too
            await_true(lambda: person.marks()["idle"] == "source_down")
            kill_the_browser(person, holding)
            with suppress(ProcessLookupError):
                os.kill(holding.shim, signal.SIGKILL)
    await_true(lambda: bool(person.gaps(reason)))
    (gap,) = person.gaps(reason)
    assert holding.seen - 1_000 <= gap.since <= holding.seen
    assert before <= gap.until
