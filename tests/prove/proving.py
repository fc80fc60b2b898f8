"""Running each named test with its safeguard and without it.

Rules
- Without, each has a process of its own: what fails there can spoil nothing else. With, those of a folder share one.
- One server and one migrated template serve all runs; each test has its own copy, as always.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from offmon.server.processes.roles import create_roles
from tests.database import DJANGO_MIGRATIONS, Template, quick_place, short_folder
from tests.prove.register import ROOT, Safeguard
from tests.prove.verdict import Outcome, Run, what_failed, why_not_green, why_not_proved
from trial.postgres import launch

PATIENCE_S = 900
type Lent = tuple[str, ...]  # the plugin's `--database`, or nothing


@dataclass(frozen=True, slots=True)
class Try:
    """One thing to take away, and the test that then fails."""

    safeguard: str
    what: str
    test: str
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of one: by what it fails without it, or why that proves nothing."""

    tried: Try
    wrong: str
    shown: str
    seconds: float


def tries_of(safeguard: Safeguard) -> Iterator[Try]:
    """Its function and those that stand behind it, and each of its backstops in the database."""
    for one in safeguard.functions:
        yield Try(safeguard.id, "function", one.test, ("--instead", one.function, one.disabled))
    for stop in safeguard.backstops:
        yield Try(safeguard.id, "backstop", stop.backstop_test, ("--drop", stop.drop))


def prove(tries: Sequence[Try], lent: Lent = ()) -> Iterator[Proof]:
    """Each in turn, as many at a time as there are cores."""
    folders: dict[str, dict[str, None]] = {}
    for one in tries:
        folders.setdefault("/".join(one.test.split("/")[:3]), {})[one.test] = None
    present: dict[str, Run] = {}

    def green(named: Sequence[str]) -> None:
        run = _run(named, lent)
        present.update({test: run.of(test) for test in named})

    def proof(tried: Try) -> Proof:
        began = time.monotonic()
        absent = _run((tried.test,), lent, tried.without).of(tried.test)
        wrong = why_not_proved(present[tried.test], absent)
        return Proof(tried, wrong, what_failed(absent), time.monotonic() - began)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(green, map(tuple, folders.values())))
        # A transaction of a run beside it holds a log's placing up, in any database of the server: what failed so is asked again, alone.
        for test in [test for test, run in present.items() if why_not_green(run)]:
            green((test,))
        yield from pool.map(proof, tries)


@contextmanager
def database() -> Iterator[Lent]:
    """A server and the product's template, for all runs."""
    with short_folder(quick_place()) as folder:
        server = launch(folder / "pg", durable=False)
        try:
            create_roles(server.superuser_url, server.secrets)
            template = Template.build(server, DJANGO_MIGRATIONS)
            yield ("--database", str(folder / "pg"), template.name)
            template.drop()
        finally:
            server.destroy()


def _run(tests: Sequence[str], lent: Lent, without: Sequence[str] = ()) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        plugins = ("-p", "tests.prove.plugin", "-p", "no:cacheprovider")
        command = (sys.executable, "-m", "pytest", *plugins, "--told", str(told), *lent, *without, *tests)
        try:
            ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        except subprocess.TimeoutExpired:
            return Run(ended=f"no end after {PATIENCE_S} s")
        if not told.exists():
            said = (ended.stderr or ended.stdout).strip().splitlines() or [""]
            return Run(ended=f"pytest ended with {ended.returncode}: {said[-1]}")
        row = json.loads(told.read_text("utf-8"))
    outcomes = tuple(Outcome(**one | {"failed": tuple(one["failed"])}) for one in row["outcomes"])
    return Run(outcomes, row["broke"])
