"""night: the p95 of 30 visits, from a page's fact at the agent's socket to a mail in a mail server's mailbox, against 5 s.

The trial's whole system, as in `visit_to_queue`, and the same 30 visits to the queue beside it. The mail server is aiosmtpd, in the
place of the trial's own; it notes when it took each mail. The officer decides each alert, so that the next visit opens another. Between two
visits an hour has gone by for the earlier message, as its row says: a second one within ten minutes would wait for the flood to end.
"""

import os
import re
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

import psycopg
from aiosmtpd.smtp import Envelope
from psycopg.conninfo import make_conninfo

from bench.ground import Ground, percentile
from bench.result import Found, NotMeasured
from bench.visit_to_queue import LIMIT_S as QUEUE_LIMIT_S
from bench.visit_to_queue import QUEUE, VISITS, WAIT_S, Visit, _trial, _visit, _visitor, hottest
from offmon.core.clock import HOUR_MS
from offmon.server.base import clock
from tests.support.mailbox import Mailbox
from trial.officer import Officer
from trial.raising import Raised
from trial.stack import DATABASE
from trial.thread import Thread

__all__ = ["hottest", "measure"]
LIMIT_S: Final = 5.0
CALLS: Final = b"waits in Offmon"
AGAIN_S: Final = 0.01
ALERT: Final = re.compile(r"/alerts/[0-9a-f]{32}/")
DECIDED: Final = {"outcome": "reasonable_excuse_considered", "reason": "An invented visit."}
REACHED: Final = {"kind": "email", "address": "officer@police.invalid"}


@dataclass
class Timed(Mailbox):
    """A mail server that notes when it took each mail that says that something waits."""

    at: list[int] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: ARG002, N802  # aiosmtpd's name and arguments
        """Take a mail."""
        if CALLS in (envelope.original_content or b""):
            self.at.append(clock.now())
        return "250 OK"


def measure(ground: Ground) -> Found:
    """Thirty visits, each seen on the queue and in the mailbox."""
    with _trial(ground, "night") as (system, person):
        thread = Thread(system, person)
        thread.enrolment()
        thread.profile()
        officer, both = thread.officer, list[tuple[Visit, int]]()
        with _mail_server(system) as mailbox, _visitor(person) as visitor:
            officer.submit("/how-you-are-reached/new/", REACHED)
            for n in range(1, VISITS + 1):
                visit = _visit(n, visitor, officer, system, decided=n - 1)
                both.append((visit, _mailed(mailbox, n) - visit.began))
                _decide(officer)
                _an_hour_later(system)
    return _found(both)


def _found(both: Sequence[tuple[Visit, int]]) -> Found:
    mailed, queued = [mail for _, mail in both], [visit.whole for visit, _ in both]
    p95, queue_p95 = percentile(mailed, 0.95), percentile(queued, 0.95)
    return Found(
        ratios={"night.to_mailbox": p95 / 1000 / LIMIT_S, "night.to_queue": queue_p95 / 1000 / QUEUE_LIMIT_S},
        figures={
            "night.to_mailbox_p95_ms": p95,
            "night.to_mailbox_p50_ms": median(mailed),
            "night.to_queue_p95_ms": queue_p95,
            "night.to_queue_p50_ms": median(queued),
            "night.mailbox_of_queue": p95 / queue_p95,
            "night.visits": len(both),
        },
    )


@contextmanager
def _mail_server(system: Raised) -> Iterator[Timed]:
    """In place of the trial's own mail server, at its port."""
    os.kill(system.processes.pids["mailbox"], signal.SIGTERM)
    mailbox, until = Timed(port=system.stack.ports["mailbox"]), time.monotonic() + WAIT_S
    with ExitStack() as ending:
        while True:
            try:
                ending.enter_context(mailbox.up())
                break
            except OSError:  # its port is not free yet
                if time.monotonic() > until:
                    raise
                time.sleep(AGAIN_S)
        yield mailbox


def _mailed(mailbox: Timed, n: int) -> int:
    """When the n-th mail was taken. Raises NotMeasured where it is not, or where there are more."""
    until = time.monotonic() + WAIT_S
    while len(mailbox.at) < n:
        if time.monotonic() > until:
            raise NotMeasured(f"mail {n} is not in the mailbox after {WAIT_S:.0f} s")
        time.sleep(AGAIN_S)
    if len(mailbox.at) > n:
        raise NotMeasured(f"{len(mailbox.at)} mails came of {n} visits")
    return mailbox.at[n - 1]


def _an_hour_later(system: Raised) -> None:
    """Move the messages that were sent an hour back, as only a superuser can."""
    address = make_conninfo(system.stack.server.superuser_url, dbname=DATABASE)
    with psycopg.connect(address) as superuser:
        superuser.execute("set session_replication_role = replica")  # without the triggers that would refuse it
        superuser.execute(
            "update reaching_message set asked_at = asked_at - %(hour)s, leaves_at = leaves_at - %(hour)s",
            {"hour": HOUR_MS},
        )


def _decide(officer: Officer) -> None:
    """The officer decides the one alert that waits."""
    [alert] = {link for link in officer.get(QUEUE).links if ALERT.fullmatch(link)}
    officer.submit(alert, DECIDED, to="decide/")
