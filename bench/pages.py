"""pages: the p95 of ten pages of the console over HTTP, at 50,000 cases and 1 million undecided alerts, against 150 ms each.

The officer works on 60 of the cases. What the alerts group is not held any more, so that the page of one reads no journal; the rest of each
page is as it always is, and each writes its consultations.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg

from bench.ground import Ground, inside, percentile
from bench.queue_page import LIMIT_S, Office, filled
from bench.requests import Request, send
from bench.result import Found

CASES: Final = 50_000
OWN: Final = 60
EACH: Final = 20  # alerts of a case
ROUNDS: Final = 40


def measure(ground: Ground) -> Found:
    """Each page some times, one after the other."""
    seconds: dict[str, float] = {}
    with _asked(ground) as (office, pages):
        for name, request in pages.items():
            send(office.port, [request] * 3)
            seconds[name] = percentile([answer.seconds for answer in send(office.port, [request] * ROUNDS)], 0.95)
    figures = {f"pages.{name}_ms": 1000 * p95 for name, p95 in seconds.items()}
    return Found(ratios={"pages": max(seconds.values()) / LIMIT_S}, figures=figures)


def hottest(ground: Ground) -> list[str]:
    """A profile of the console over all ten, its HTTP server left out."""
    with _asked(ground) as (office, pages):
        return inside("console", office.environment, list(pages.values()))


@contextmanager
def _asked(ground: Ground) -> Iterator[tuple[Office, dict[str, Request]]]:
    with filled(ground, CASES, OWN, EACH) as office, office.at_desk() as browser:
        yield office, {name: browser.request(path) for name, path in _paths(office).items()}


def _paths(office: Office) -> dict[str, str]:
    """The ten heaviest: what lists, counts or gathers."""
    with psycopg.connect(office.as_superuser) as all_seeing:
        found = all_seeing.execute(
            'select id, "case" from triage_alert where owner is null and "case" in (select id from people_person) limit 1'
        )
        [(alert, case)] = [(one.hex, of.hex) for one, of in found]
    of_case = f"/cases/{case}/"
    return {
        "start": "/",
        "queue": "/alerts/",
        "queue_gravest": "/alerts/?order=gravest&page=5",
        "queue_most": "/alerts/?order=most",
        "alert": f"/alerts/{alert}/",
        "cases": "/cases/",
        "overview": of_case,
        "case_alerts": f"{of_case}alerts/",
        "monitoring": f"{of_case}monitoring/",
        "log": f"{of_case}log/",
    }
