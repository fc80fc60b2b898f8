"""How the trial says what it is doing: a line a thing, with the seconds since it began."""

import sys
import time
from typing import TextIO


class Progress:
    """Call it with what has just been done."""

    def __init__(self, to: TextIO = sys.stdout) -> None:
        self._to = to
        self._began = time.monotonic()

    def __call__(self, what: str) -> None:
        """Say it."""
        self._to.write(f"{time.monotonic() - self._began:6.1f} s  {what}\n")
        self._to.flush()
