"""pages: the p95 of the daily pages over HTTP at a country's size (`bench.national`), against 150 ms, and how many statements each asks.

An officer of 60 cases and the supervisor of their team, with 480, ask for each. The page of an alert, and those of a case, are of the case
that was played through the product, so that they have orders, a device, a notice and leaves to show. Each page writes its consultations.
The person's own page is the portal's, of the same case.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Final
from urllib.parse import urlencode

from bench.ground import Ground, free_port, inside, percentile, serving
from bench.national import CASES, LEAVES, Country, filled
from bench.queue_page import LIMIT_S, Browser
from bench.requests import Request, send
from bench.result import Found
from offmon.server.base.policies import Process
from tests.integration.portal.person import Person, environment, portal
from trial.officer import WebForm
from trial.stack import HOSTS

ROUNDS: Final = 40
STATEMENTS: Final = 12
SEARCH: Final = "/search/"


def measure(ground: Ground) -> Found:
    """Each page some times, one after the other."""
    figures: dict[str, float] = {}
    slowest: dict[str, float] = {}
    most = 0
    with filled(ground, CASES, LEAVES) as country, country.at_desks() as browsers, _portal(country) as (port, person):
        for who, browser in zip(("officer", "supervisor"), browsers, strict=True):
            pages = _pages(country, browser, who)
            p95 = _timed(country.officer.port, pages, f"pages.{who}", figures)
            slowest[who] = max(p95.values())
            counts = _statements("console", country.officer.environment, pages, f"pages.{who}", figures)
            most = max(most, *counts)
        slowest["person"] = max(_timed(port, {"start": person}, "pages.person", figures).values())
    ratios = {f"pages.{who}": seconds / LIMIT_S for who, seconds in slowest.items()}
    return Found(ratios={**ratios, "pages.statements": most / STATEMENTS}, figures=figures)


def hottest(ground: Ground) -> list[str]:
    """A profile of the console over all of them, its HTTP server left out."""
    with filled(ground, CASES, LEAVES) as country, country.at_desks() as (_, supervisor):
        return inside("console", country.officer.environment, list(_pages(country, supervisor, "supervisor").values()))


def _timed(port: int, pages: Mapping[str, Request], name: str, figures: dict[str, float]) -> dict[str, float]:
    found = {}
    for page, request in pages.items():
        send(port, [request] * 3)
        seconds = [answer.seconds for answer in send(port, [request] * ROUNDS)]
        found[page] = percentile(seconds, 0.95)
        figures |= {f"{name}.{page}_p50_ms": 1000 * median(seconds), f"{name}.{page}_p95_ms": 1000 * found[page]}
    return found


def _statements(
    face: str, told: Mapping[str, str], pages: Mapping[str, Request], name: str, figures: dict[str, float]
) -> list[int]:
    [said] = inside(face, told, list(pages.values()), "statements")
    counts: list[int] = json.loads(said)
    figures |= {f"{name}.{page}_statements": count for page, count in zip(pages, counts, strict=True)}
    return counts


def _pages(country: Country, browser: Browser, who: str) -> dict[str, Request]:
    """What is opened daily."""
    story = country.story
    of_case = f"/cases/{story.case}/"
    paths = {
        "start": "/",
        "queue": "/alerts/",
        "queue_gravest": "/alerts/?order=gravest&page=5",
        "queue_most": "/alerts/?order=most",
        "alert": f"/alerts/{story.alerts[0]}/",
        "cases": "/cases/",
        "overview": of_case,
        "case_alerts": f"{of_case}alerts/",
        "monitoring": f"{of_case}monitoring/",
        "devices": f"{of_case}devices/",
        "orders": f"{of_case}orders/",
        "log": f"{of_case}log/",
        **({"team": "/team/"} if who == "supervisor" else {}),
    }
    return {name: browser.request(path) for name, path in paths.items()} | {"search": _search(browser)}


def _search(browser: Browser) -> Request:
    """What was searched for stands in no address."""
    form: WebForm = next(one for one in browser.get(SEARCH).forms if "words" in one.names)
    asked = browser.request(SEARCH)
    headers = asked.headers | {"Content-Type": "application/x-www-form-urlencoded"}
    return Request("POST", SEARCH, headers, urlencode(form.values | {"words": "Person 1 4"}).encode())


@contextmanager
def _portal(country: Country) -> Iterator[tuple[int, Request]]:
    """The portal, answering, and the page that the person sees first."""
    person = Person(country.story)
    way_in = person.is_given_a_way_in()
    with portal(country.story):
        person.begins(way_in)
    port, host = free_port(), HOSTS["portal"]
    headers = {"Host": f"{host}:{port}", "Cookie": f"__Host-sitting={person.browser.cookies['__Host-sitting'].value}"}
    told = {"OFFMON_DATABASE_URL": country.story.database.url(Process.PORTAL)} | environment(country.story, host)
    with serving("offmon.server.faces.portal.wsgi", told, port, ask="/en/"):
        yield port, Request("GET", "/en/now/", headers)
