"""A job of the worker: something to try again and again, whose failing stops nothing but itself.

Rules
- What fails is logged by its code, or by the kind of a foreign error: its text may quote a row. It is tried again later, after 0.5 s at
  first, then doubling up to a minute.
- A job that did something is due again at once, else after its own time.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from offmon.core.errors import OffmonError

FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 60.0

_log = logging.getLogger("offmon.worker")


@dataclass
class Job:
    """`do` returns whether it did anything. `every_s` is the wait after a turn in which it did not. Times by a monotonic clock."""

    name: str
    do: Callable[[], bool]
    every_s: float = 0.0
    due: float = 0.0
    failures: int = 0

    def turn(self, now: float) -> bool:
        """Do it if it is due; whether anything was done. Raises nothing."""
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
        self.due = now + min(FIRST_WAIT_S * 2**self.failures, LONGEST_WAIT_S)
        self.failures = min(self.failures + 1, 10)
        _log.warning("%s failed: %s; tried again in %.1f s", self.name, code, self.due - now)
