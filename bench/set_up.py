"""set_up: from a bare clone until everything answers, against 90 s, and the second start there, against 10 s.

`make run` as a stranger types it, in a fresh clone of the last commit without a `.venv`: what the machine has of system packages stays. The
second start is the median of three. Each ends by Ctrl-C.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from bench.ground import ROOT, Ground
from bench.result import Found, NotMeasured
from tests.database import short_folder

FIRST_S: Final = 90.0
AGAIN_S: Final = 10.0
AGAIN: Final = 3
WAIT_S: Final = 300.0
READY: Final = "Everything answers"
TABLE: Final = "took  step"
DISK: Final = Path("/var/tmp")  # noqa: S108  # a folder with a name of its own is made there
_slowest: list[str] = []


def measure(ground: Ground) -> Found:  # noqa: ARG001  # its database is not the trial's
    """One first start, and three more."""
    with short_folder(DISK) as folder:
        clone = folder / "offmon"
        try:
            began = time.monotonic()
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S603, S607  # our own
            cloned = time.monotonic() - began
            first = cloned + _started(clone, folder / "first")
            again = [_started(clone, folder / f"again-{number}") for number in range(AGAIN)]
        finally:
            shutil.rmtree(clone, ignore_errors=True)
            for log in folder.iterdir():
                log.unlink()
    figures = {"first_s": first, "again_s": median(again), "slowest_again_s": max(again)}
    return Found({"set_up.first": first / FIRST_S, "set_up.again": median(again) / AGAIN_S}, figures)


def hottest(ground: Ground) -> list[str]:  # noqa: ARG001
    """The steps of the last start, as the trial tells them: no profiler sees twelve processes at once."""
    return _slowest


def _started(clone: Path, log: Path) -> float:
    """How long `make run` took until everything answered."""
    began = time.monotonic()
    with _running(clone, log) as process:
        while READY not in log.read_text():
            if process.poll() is not None or time.monotonic() > began + WAIT_S:
                raise NotMeasured(f"`make run` did not come up:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        took = time.monotonic() - began
    lines = log.read_text().splitlines()
    head = next(number for number, line in enumerate(lines) if line.endswith(TABLE))
    _slowest[:] = lines[head : lines.index("", head)]
    return took


@contextmanager
def _running(clone: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`make run` in the clone, until the block ends."""
    with log.open("wb") as told:
        command = ["make", "run", "ARGS=--times"]
        process = subprocess.Popen(command, cwd=clone, stdout=told, stderr=told, start_new_session=True)  # noqa: S603  # our own
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        process.wait(WAIT_S)
