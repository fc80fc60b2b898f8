"""The loop of one agency: its jobs in turn, again and again, while this worker holds the agency.

Rules
- Idle, it sleeps a quarter of a second. After a turn that did something it goes on at once.
- What is to be done `often` comes first, and again before each job once half a second has passed: the log gets its checkpoint each second,
  however many rows other jobs have to work on.
- It ends between two turns, so that a write in progress is finished.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from django.db import connection

from offmon.core.ids import Id
from offmon.server.processes.worker.claim import AgencyClaim
from offmon.server.processes.worker.job import Job

IDLE_S: Final = 0.25
OFTEN_S: Final = 0.5
CLAIM_EVERY_S: Final = 1.0

_log = logging.getLogger("offmon.worker")


class AgencyLoop(threading.Thread):
    """One agency's thread. `jobs` is called in it, so that what they keep is this thread's own."""

    def __init__(self, agency: Id, jobs: Callable[[], Sequence[Job]], stop: threading.Event) -> None:
        super().__init__(name=f"agency-{agency[:8]}")
        self._agency = agency
        self._jobs = jobs
        self._asked_to_stop = stop

    def run(self) -> None:
        """Work until asked to stop."""
        claim = AgencyClaim(self._agency)
        try:
            jobs = self._jobs()
            while not self._asked_to_stop.is_set():
                if not claim.take():
                    self._asked_to_stop.wait(CLAIM_EVERY_S)
                    continue
                did = turn_of(jobs)
                connection.close_if_unusable_or_obsolete()
                if not did:
                    self._asked_to_stop.wait(IDLE_S)
        finally:
            claim.release()
            connection.close()
            _log.info("agency %s: stopped", self._agency)


def turn_of(jobs: Sequence[Job]) -> bool:
    """One turn of each, and of what is to be done often at least each half second; whether anything was done."""
    often = [job for job in jobs if job.often]
    did, due = False, time.monotonic()
    for job in jobs:
        if job.often:
            continue
        if time.monotonic() >= due:
            done = [one.turn(time.monotonic()) for one in often]
            did, due = did or any(done), time.monotonic() + OFTEN_S
        did = job.turn(time.monotonic()) or did
    return did
