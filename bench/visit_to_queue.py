"""visit_to_queue: the p95 of 30 visits, from the page's fact at the agent's socket to its row on the officer's queue, against 2 s.

The trial's whole system: agent, ingest, worker and console as processes of their own, the agent in an account of its own with its indicator
on a display. Visits come one after another, at different moments of the worker's quarter of a second. The officer asks for the queue again
and again, as a page that is reloaded would; the time of the last asking is in the figure.
"""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from bench.ground import Ground, percentile
from bench.result import Found, NotMeasured
from offmon.server.base import clock
from offmon.server.processes.trial.officer import Officer
from offmon.server.processes.trial.person import Person
from offmon.server.processes.trial.places import Home, reachable_code
from offmon.server.processes.trial.ports import FREE, held
from offmon.server.processes.trial.raising import Raised, raised
from offmon.server.processes.trial.stack import DATABASE
from offmon.server.processes.trial.supervise import becoming
from offmon.server.processes.trial.thread import Thread

VISITS: Final = 30
SLOWEST: Final = 10
LIMIT_S: Final = 2.0
WAIT_S: Final = 30.0
AGAIN_S: Final = 0.02
APART_MS: Final = 97  # a prime: visits come at every moment of the worker's turn
QUEUE: Final = "/alerts/"
TIMES: Final = re.compile(r"\b(\d+) times?\b")  # how often the row says that it was noticed
# In the person's own account, which reaches the trial's code and nothing of ours: each line of its input is a page, told at once.
VISITOR: Final = """
import json, sys
from pathlib import Path
from offmon.agent.home import Home
from offmon.agent.sources.replay import play
for _ in play(Home(Path(sys.argv[1])).socket, map(json.loads, iter(sys.stdin.readline, ""))):
    print(flush=True)
"""
HAPPENED: Final = "select (select max(received_at) from intake_batch), (select max(last_at) from triage_alert)"


@dataclass(frozen=True, slots=True)
class Visit:
    """How long one visit took, in milliseconds: to ingest, from there to its alert, from there to the page."""

    to_ingest: int
    to_alert: int
    to_page: int

    @property
    def whole(self) -> int:
        """All of it."""
        return self.to_ingest + self.to_alert + self.to_page

    def __str__(self) -> str:
        return f"{self.whole:6} ms = {self.to_ingest} to ingest + {self.to_alert} to the alert + {self.to_page} to the page"


def measure(ground: Ground) -> Found:
    """Thirty visits."""
    visits = _visits(ground)
    p95 = percentile([visit.whole for visit in visits], 0.95)
    return Found(
        ratios={"visit_to_queue": p95 / 1000 / LIMIT_S},
        figures={
            "visit_to_queue.p95_ms": p95,
            "visit_to_queue.p50_ms": median(visit.whole for visit in visits),
            "visit_to_queue.to_ingest_p50_ms": median(visit.to_ingest for visit in visits),
            "visit_to_queue.to_alert_p50_ms": median(visit.to_alert for visit in visits),
            "visit_to_queue.to_page_p50_ms": median(visit.to_page for visit in visits),
            "visit_to_queue.visits": len(visits),
        },
    )


def hottest(ground: Ground) -> list[str]:
    """The ten slowest of another thirty visits: what is waited for lies between processes, where no profiler looks."""
    slowest = sorted(_visits(ground), key=lambda visit: visit.whole, reverse=True)
    return [str(visit) for visit in slowest[:SLOWEST]]


def _visits(ground: Ground) -> list[Visit]:
    with _trial(ground) as (system, person):
        thread = Thread(system, person)
        thread.enrolment()
        thread.profile()
        officer = thread.officer
        with _visitor(person) as visitor:
            return [_visit(n, visitor, officer, system) for n in range(1, VISITS + 1)]


@contextmanager
def _trial(ground: Ground) -> Iterator[tuple[Raised, Person]]:
    home = Home(ground.folder / "trial")
    code = reachable_code(home)
    with held(FREE) as ports:
        person = Person(home, code, f"http://127.0.0.1:{ports['ingest']}")
        try:
            person.start_display()
            with raised(home, code, ports, lambda _: None, environ={}) as system:
                yield system, person
        finally:
            person.stop()


@contextmanager
def _visitor(person: Person) -> Iterator["subprocess.Popen[str]"]:
    command = [*becoming(person.account), str(person.code.python), "-P", "-c", VISITOR, str(person.agent)]
    visitor = subprocess.Popen(  # noqa: S603 - the trial's own interpreter
        command, cwd="/", env=person.code.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield visitor
    finally:
        visitor.kill()
        visitor.communicate()


def _visit(n: int, visitor: "subprocess.Popen[str]", officer: Officer, system: Raised) -> Visit:
    """Visit a listed page for the n-th time, and see it on the queue."""
    time.sleep(n * APART_MS % 250 / 1000)
    began = clock.now()
    assert visitor.stdin is not None and visitor.stdout is not None  # noqa: S101, PT018 - both are pipes
    visitor.stdin.write(
        json.dumps({"url": f"https://chat.listed.example/room?invented={n}", "title": "Invented"}) + "\n"
    )
    visitor.stdin.flush()
    until = time.monotonic() + WAIT_S
    while _noticed(officer) < n:
        if time.monotonic() > until:
            raise NotMeasured(f"visit {n} is not on the queue after {WAIT_S:.0f} s")
        time.sleep(AGAIN_S)
    seen = clock.now()
    address = make_conninfo(system.stack.server.superuser_url, dbname=DATABASE)
    with psycopg.connect(address) as all_seeing:
        [(received, grouped)] = all_seeing.execute(HAPPENED).fetchall()
    return Visit(received - began, grouped - received, seen - grouped)


def _noticed(officer: Officer) -> int:
    """How often the queue's rows say that something was noticed, in all."""
    return sum(map(int, TIMES.findall(officer.get(QUEUE).text)))
