"""tip_off: the median time of the portal's pages with a finding within the delay, against a twin of the case without it.

Each twin has a portal of its own. Their pages are requested in turn, so that the machine's other load meets both. The slower twin counts
against the other. A test shows that a page does the same work in both (tests/e2e/portal/test_tip_off.py). This measures what a clock could
still see.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Final

from bench.ground import Ground, free_port, inside, serving
from bench.requests import Request, send
from bench.result import Found
from tests.database import Template
from tests.support.twins import Monitored
from trial.stack import HOSTS

PAGES: Final = ("now", "told", "never", "notice", "ask")
ROUNDS: Final = 101


def measure(ground: Ground) -> Found:
    """Every page, many rounds."""
    with _twins(ground) as (quiet, found):
        seconds: dict[bool, list[float]] = {False: [], True: []}
        with _served(quiet) as at_quiet, _served(found) as at_found:
            turns = [(False, at_quiet, _pages(quiet, at_quiet)), (True, at_found, _pages(found, at_found))]
            for number in range(ROUNDS * len(PAGES)):
                for was_found, port, pages in turns if number % 2 else reversed(turns):
                    seconds[was_found] += [answer.seconds for answer in send(port, [pages[number % len(PAGES)]])]
    without, with_it = median(seconds[False]), median(seconds[True])
    return Found(
        ratios={"tip_off": max(with_it / without, without / with_it)},
        figures={
            "tip_off.without_p50_ms": 1000 * without,
            "tip_off.with_p50_ms": 1000 * with_it,
            "tip_off.pages": len(seconds[True]),
        },
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of the portal where something was found."""
    with _twins(ground) as (_, found):
        port = free_port()
        return inside("portal", found.environment(HOSTS["portal"]), _pages(found, port) * ROUNDS)


def _pages(twin: Monitored, port: int) -> list[Request]:
    headers = {"Host": f"{HOSTS['portal']}:{port}", "Cookie": f"__Host-sitting={twin.sitting}"}
    return [Request("GET", f"/en/{page}/", headers) for page in PAGES]


@contextmanager
def _twins(ground: Ground) -> Iterator[tuple[Monitored, Monitored]]:
    with ground.database() as (database, folder):
        quiet = Monitored.begin(database, folder)
        with Template(database.server, database.name).clone() as another:
            yield quiet, quiet.twin(another)


@contextmanager
def _served(twin: Monitored) -> Iterator[int]:
    port = free_port()
    with serving("offmon.server.faces.portal.wsgi", twin.environment(HOSTS["portal"]), port, ask="/en/"):
        send(port, _pages(twin, port) * 3)  # the first ones open connections and fill caches
        yield port
