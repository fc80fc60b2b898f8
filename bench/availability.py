"""availability: the p95 of ten visits from a page's fact to the officer's queue, and a sign-in, while each attack of issue 16 runs, of 5 s.

The trial's whole system, as in `visit_to_queue`. The attacker holds the password of the public site's database role, the least of all, and
has put away what limits it may put away. Slow bodies come without an account, from addresses of their own (127.0.0.9 and the next ones).
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final, LiteralString

import psycopg

from bench.ground import Ground, percentile
from bench.result import Found
from bench.visit_to_queue import _trial, _visit, _visitor
from offmon.server.base.policies import Process
from trial.apps import way_in
from trial.invented import STAFF
from trial.officer import Officer
from trial.raising import Raised
from trial.stack import DATABASE, HOSTS
from trial.thread import Thread

VISITS: Final = 10
LIMIT_S: Final = 5.0
HANDS: Final = 16
SLOW: Final = 200
PUT_AWAY: Final = "set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0"
LOCKS: Final[tuple[LiteralString, ...]] = (
    "select pg_advisory_lock(n) from generate_series(1, 1000) n",
    "select audit_hold_log(id) from agencies_agency",
    "select audit_hold_tries()",
)
SLOW_PATHS: Final = {"console": "/sign-in/", "portal": "/en/", "website": "/en/contact/", "ingest": "/v1/batches"}

type Attack = Callable[[Raised], Iterator[None]]


def measure(ground: Ground) -> Found:
    """Each attack in turn, on one system; at first none."""
    attacks = {"none": _none, "locks": _locks, "transactions": _transactions, "connections": _connections}
    attacks |= {"objects": _objects, "bodies": _bodies}
    ratios, figures = dict[str, float](), dict[str, float]()
    with _trial(ground, "attacked") as (system, person):
        thread = Thread(system, person)
        thread.enrolment()
        thread.profile()
        officer, n = thread.officer, 0
        with _visitor(person) as visitor:
            for (name, attack), staff in zip(attacks.items(), STAFF[1:], strict=False):
                with contextmanager(attack)(system):
                    visits = [_visit(n + nth, visitor, officer, system).whole for nth in range(1, VISITS + 1)]
                    n += VISITS
                    began = time.monotonic()
                    Officer(system.stack.ports["console"], way_in(system.stack.home, staff.sign_in))
                    figures[f"availability.{name}.sign_in_ms"] = (time.monotonic() - began) * 1000
                figures[f"availability.{name}.p95_ms"] = percentile(visits, 0.95)
                ratios[f"availability.{name}"] = percentile(visits, 0.95) / 1000 / LIMIT_S
    return Found(ratios, figures)


def hottest(ground: Ground) -> list[str]:  # noqa: ARG001  # every benchmark says something of what takes longest
    """Nothing: where an attack is felt, the database's own log says what waited."""
    return []


def _none(_: Raised) -> Iterator[None]:
    yield


def _locks(system: Raised) -> Iterator[None]:
    with _hands(system, *LOCKS):
        yield


def _transactions(system: Raised) -> Iterator[None]:
    """Open, with a number, for as long as they are let."""
    choice: LiteralString = (
        "insert into oversight_cookiechoice (id, choice, version, at) values (gen_random_uuid(), 'refused', 1, 1)"
    )
    with _hands(system, "begin", choice, "select pg_sleep(600)"):
        yield


def _connections(system: Raised) -> Iterator[None]:
    with _hands(system, "select pg_sleep(1)", hands=100):
        yield


def _objects(system: Raised) -> Iterator[None]:
    with _hands(system, "select lo_create(0)", "create temporary table mine (id int)"):
        yield


def _bodies(system: Raised) -> Iterator[None]:
    """Each begun and never ended, from ten addresses; another in the place of each that is."""
    with _again(lambda nth: _slow(system, nth), SLOW):
        yield


@contextmanager
def _hands(system: Raised, *statements: LiteralString, hands: int = HANDS) -> Iterator[None]:
    url = system.stack.server.url(DATABASE, Process.WEBSITE)

    def try_it(_: int) -> None:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(PUT_AWAY)
            for statement in statements:
                try:
                    connection.execute(statement)
                except psycopg.errors.InsufficientPrivilege:
                    time.sleep(0.05)

    with _again(try_it, hands):
        yield


def _slow(system: Raised, nth: int) -> None:
    name = sorted(SLOW_PATHS)[nth % len(SLOW_PATHS)]
    port = system.stack.ports[name]
    with socket.create_connection(("127.0.0.1", port), 30, source_address=(f"127.0.0.{9 + nth % 10}", 0)) as one:
        host = f"{HOSTS.get(name, '127.0.0.1')}:{port}"
        head = f"POST {SLOW_PATHS[name]} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n"
        one.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nabc".encode())
        one.recv(64)


@contextmanager
def _again(do: Callable[[int], None], hands: int) -> Iterator[None]:
    """So many at once, each again and again, whatever comes of it."""
    over = threading.Event()

    def hand(nth: int) -> None:
        while not over.is_set():
            with suppress(OSError, psycopg.Error):
                do(nth)
            over.wait(0.1)

    with ExitStack() as stack:
        stack.callback(over.set)
        for nth in range(hands):
            threading.Thread(target=hand, args=(nth,), daemon=True).start()
        time.sleep(2)  # until it is felt
        yield
