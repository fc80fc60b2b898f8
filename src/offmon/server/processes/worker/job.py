"""A job of the worker, tried again and again. Its failure stops nothing but itself.

Rules
- An agency's jobs share a thread, so all wait for the one that waits. None waits for another process longer than a few seconds.
- Work on many rows is a job of its own for each row (`Each`): a row that fails delays no other. After half a second the rest of the rows
  wait until the other jobs had their turn, and then come before those that had theirs.
- Where rows may be as many as a fleet's devices, what waits is looked for once, and worked on a thousand at a time (`Round`). Else each
  half second of work would begin with a look at all of them.
- A failure is logged by its code, or by the kind of a foreign error, whose text may quote a row. The next attempt is after 0.5 s, then
  doubling up to a minute. A job that did something is due again at once, else after its own interval.
"""

import logging
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

from offmon.core.errors import OffmonError

FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 60.0
LONGEST_TURN_S: Final = 0.5
AT_ONCE: Final = 1000

_log = logging.getLogger("offmon.worker")


@dataclass
class Job:
    """`do` returns whether it did anything. `every_s` is the wait after a turn in which it did not. Times by a monotonic clock.

    `longest_wait_s`: to what the wait after a failure grows. `often`: it is done again between others, where these take long.
    """

    name: str
    do: Callable[[], bool]
    every_s: float = 0.0
    due: float = 0.0
    failures: int = 0
    longest_wait_s: float = LONGEST_WAIT_S
    error: Exception | None = None  # of the newest turn
    often: bool = False

    def turn(self, now: float) -> bool:
        """Do it if it is due; whether anything was done. Raises nothing."""
        self.error = None
        if now < self.due:
            return False
        try:
            did = self.do()
        except Exception as error:
            self._fail(error, now)
            return False
        self.failures = 0
        self.due = now if did else now + self.every_s
        return did

    def _fail(self, error: Exception, now: float) -> None:
        code = error.code if isinstance(error, OffmonError) else type(error).__name__
        self.error = error
        self.due = now + min(FIRST_WAIT_S * 2**self.failures, self.longest_wait_s)
        self.failures = min(self.failures + 1, 10)
        _log.warning("%s failed: %s; tried again in %.1f s", self.name, code, self.due - now)


class Each:
    """The same for each of many rows. A row is forgotten once it no longer waits, and with it how often it failed."""

    def __init__(self, name: str, longest_wait_s: float = LONGEST_WAIT_S) -> None:
        self._name = name
        self._longest_wait_s = longest_wait_s
        self._jobs: Mapping[Any, Job] = {}
        self._had_theirs: set[Any] = set()  # since the last turn in which every row was come to

    def turn[K: Hashable](self, waiting: Mapping[K, Callable[[], bool]], ends: str | None = None) -> bool:
        """Do what waits and is due, what failed least first; whether anything was done, or is left to do.

        Raises the first error of the code `ends`: it is no row's own, so that the rest need not be tried.
        """
        jobs = {
            row: self._jobs.get(row) or Job(self._name, do, longest_wait_s=self._longest_wait_s)
            for row, do in waiting.items()
        }
        self._jobs, did, until = jobs, False, time.monotonic() + LONGEST_TURN_S
        for row, job in sorted(jobs.items(), key=lambda one: one[1].failures):
            if row in self._had_theirs:
                continue
            if time.monotonic() > until:
                return True
            self._had_theirs.add(row)
            job.do = waiting[row]
            did = job.turn(time.monotonic()) or did
            if isinstance(job.error, OffmonError) and job.error.code == ends:
                self._had_theirs.clear()
                raise job.error
        self._had_theirs.clear()
        return did


class Round[K: Hashable]:
    """The same for each of very many rows: `look` says which wait, and is asked again once each had its turn. What failed waits again."""

    def __init__(self, name: str, look: Callable[[], Iterable[K]], do: Callable[[K], bool]) -> None:
        self._each = Each(name)
        self._look = look
        self._do = do
        self._left: dict[K, None] = {}
        self._goes_on = False

    def __call__(self) -> bool:
        """Do a part of what waits; whether anything was done, or is left to do."""
        if not self._goes_on:
            self._left = dict.fromkeys(self._look())
        before = len(self._left)
        did = self._each.turn({row: partial(self._one, row) for row in islice(self._left, AT_ONCE)})
        self._goes_on = bool(self._left) and (did or len(self._left) < before)
        return did or self._goes_on

    def _one(self, row: K) -> bool:
        did = self._do(row)
        del self._left[row]
        return did
