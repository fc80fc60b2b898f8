"""visit_to_queue: the p95 of 30 visits, from a page's fact at the agent's socket to the officer's queue, against 2 s.

The trial's whole system: agent, ingest, worker and console as processes of their own. The agent has an account of its own, its indicator on
a display. Visits come one after another, at different moments of the worker's quarter of a second. The officer reloads the queue again and
again, and the last reload's time is in the figure.
"""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from bench.ground import Ground, percentile
from bench.inside import hottest as lines_of
from bench.result import Found, NotMeasured
from offmon.server.base import clock
from trial.invented import FORCE
from trial.officer import Officer
from trial.person import TrialPerson
from trial.places import TrialHome, account_of, reachable_code
from trial.ports import FREE, held
from trial.raising import Raised, raised
from trial.stack import DATABASE
from trial.supervise import becoming
from trial.thread import Thread

VISITS: Final = 30
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
from offmon.agent.home import AgentHome
from offmon.agent.sources.replay import play
for _ in play(AgentHome(Path(sys.argv[1])).socket, map(json.loads, iter(sys.stdin.readline, ""))):
    print(flush=True)
"""
# One agency's loop in the main thread, until SIGTERM; its profile is left in the file that is named second.
WORKER: Final = """
import cProfile, signal, sys, threading
from functools import partial
import django
django.setup()
from offmon.server.agencies.queries import agencies
from offmon.server.processes.worker.loop import AgencyLoop
from offmon.server.processes.worker.service import jobs_of, log_of
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
[log] = [log_of(one) for one in agencies() if one.name == sys.argv[1]]
profile = cProfile.Profile()
profile.runcall(AgencyLoop(log.agency, partial(jobs_of, log), stop).run)
profile.dump_stats(sys.argv[2])
"""
HAPPENED: Final = "select (select max(received_at) from intake_batch), (select max(last_at) from triage_alert)"


@dataclass(frozen=True, slots=True)
class Visit:
    """How long one visit took, in milliseconds: to ingest, from there to its alert, from there to the page. `began`: by the clock."""

    began: int
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
    visits = _visits(ground, "trial")
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
    """A profile of the worker, in whose turn most of a visit passes, over another thirty visits; before it, the slowest of them.

    By the clock on the wall: where it waits for the database or the witness, the line that waits says how long.
    """
    visits = _visits(ground, "profiled", _profiled_worker)
    slowest = max(visits, key=lambda visit: visit.whole)
    return [str(slowest), *lines_of(str(_kept(ground.folder / "profiled"))).splitlines()]


def _visits(
    ground: Ground, name: str, worker: Callable[[Raised], AbstractContextManager[object]] = nullcontext
) -> list[Visit]:
    with _trial(ground, name) as (system, person):
        thread = Thread(system, person)
        thread.enrolment()
        thread.profile()
        officer = thread.officer
        with worker(system), _visitor(person) as visitor:
            return [_visit(n, visitor, officer, system) for n in range(1, VISITS + 1)]


@contextmanager
def _profiled_worker(system: Raised) -> Iterator[None]:
    """In place of the trial's worker, in its account: the loop of the case's agency alone, since a profile is of one thread."""
    stack, kept = system.stack, _kept(system.stack.home.path)
    os.kill(system.processes.pids["worker"], signal.SIGTERM)
    worker = subprocess.Popen(  # noqa: S603 - the trial's own interpreter
        [*becoming(account_of("worker")), str(stack.code.python), "-P", "-c", WORKER, FORCE.name, str(kept)],
        cwd="/",
        env=stack.environment("worker"),
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(WAIT_S)


def _kept(home: Path) -> Path:
    return home / "worker" / "profile"


@contextmanager
def _trial(ground: Ground, name: str) -> Iterator[tuple[Raised, TrialPerson]]:
    home = TrialHome(ground.folder / name)
    code = reachable_code(home)
    with held(FREE) as ports:
        person = TrialPerson(home, code, f"http://127.0.0.1:{ports['ingest']}")
        try:
            person.start_display()
            with raised(home, code, ports, lambda _: None, environ={}) as system:
                yield system, person
        finally:
            person.stop()


@contextmanager
def _visitor(person: TrialPerson) -> Iterator["subprocess.Popen[str]"]:
    command = [*becoming(person.account), str(person.code.python), "-P", "-c", VISITOR, str(person.agent)]
    visitor = subprocess.Popen(  # noqa: S603 - the trial's own interpreter
        command, cwd="/", env=person.code.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield visitor
    finally:
        visitor.kill()
        visitor.communicate()


def _visit(n: int, visitor: "subprocess.Popen[str]", officer: Officer, system: Raised, *, decided: int = 0) -> Visit:
    """Visit a listed page for the n-th time, and see it on the queue, which shows those no more that were decided."""
    time.sleep(n * APART_MS % 250 / 1000)
    began = clock.now()
    assert visitor.stdin is not None and visitor.stdout is not None  # noqa: S101, PT018 - both are pipes
    visitor.stdin.write(
        json.dumps({"url": f"https://chat.listed.example/room?invented={n}", "title": "Invented"}) + "\n"
    )
    visitor.stdin.flush()
    until = time.monotonic() + WAIT_S
    while _noticed(officer) < n - decided:
        if time.monotonic() > until:
            raise NotMeasured(f"visit {n} is not on the queue after {WAIT_S:.0f} s")
        time.sleep(AGAIN_S)
    seen = clock.now()
    address = make_conninfo(system.stack.server.superuser_url, dbname=DATABASE)
    with psycopg.connect(address) as all_seeing:
        [(received, grouped)] = all_seeing.execute(HAPPENED).fetchall()
    return Visit(began, received - began, grouped - received, seen - grouped)


def _noticed(officer: Officer) -> int:
    """How often the queue's rows say that something was noticed, in all."""
    return sum(map(int, TIMES.findall(officer.get(QUEUE).text)))
