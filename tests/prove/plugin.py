"""A pytest plugin that runs each marked test with its safeguard and without it: `-p tests.prove.plugin --prove all`, or `--prove S3,S4`.

Rules
- One process runs them all. First with the safeguard, so that what an earlier run spoiled shows; then without.
- What is taken away is gone for the call of the test alone: the arrangement is as it should be, and has made its own tables. SQL is run by
  the owner in the test's own database.

`--register FILE` writes what the collected tests say that they prove. It lives with the tests and nothing in `src` knows of it.
"""

import gc
import json
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.prove.markers import Proves, name_of, proofs
from tests.prove.replacing import replaced
from tests.prove.verdict import Outcome, outcome, said, why_not_proved


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("safeguards")
    group.addoption("--prove", metavar="IDS", help="run what proves these safeguards with them and without, or `all`")
    group.addoption("--register", type=Path, metavar="FILE", help="write what the tests prove")


def pytest_configure(config: pytest.Config) -> None:
    if wanted := config.getoption("--prove"):
        config.pluginmanager.register(Prover(wanted.split(",")), "prover")


def pytest_collection_finish(session: pytest.Session) -> None:
    if file := session.config.getoption("--register"):
        rows = [
            (one.safeguard, one.what, bool(one.drop), list(dict.fromkeys(name_of(one, item) for item in items)))
            for one, items in proofs(session.items).items()
        ]
        file.write_text(json.dumps(rows), "utf-8")


class Prover:
    """Runs the tests twice, and says of each safeguard what came of it."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._wanted = wanted
        self._away: Proves | None = None
        self._outcomes = list[Outcome]()
        self._broke = list[str]()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted(f"{session.testsfailed} could not be collected")
        all_of_them = proofs(session.items).items()
        tries = [(one, items) for one, items in all_of_them if {one.safeguard, "all"} & {*self._wanted}]
        order = [item for _, items in tries for item in [*items, *items]]
        following = iter([*order[1:], None])
        for one, items in tries:
            began = time.monotonic()
            present = [made for item in items for made in self._play(item, next(following), None)]
            absent = [made for item in items for made in self._play(item, next(following), one)]
            gc.collect()  # what the failed tests left open, their exceptions hold no more
            wrong = why_not_proved(present, absent, "; ".join(dict.fromkeys(self._broke)))
            session.testsfailed += bool(wrong)
            shown = next((said(made) for made in absent if made.failed), "")
            verdict = f"NOT PROVED, {wrong}" if wrong else f"proved by {shown}"
            test = name_of(one, items[0]) if items else f"{one.what}: no row {one.row}"
            print(f"{one.safeguard:>4} {time.monotonic() - began:5.1f} s  {test}\n       {verdict}", flush=True)  # noqa: T201  a command's output
        print(f"{len(tries)} tried, {session.testsfailed} not proved", flush=True)  # noqa: T201  likewise
        return True

    def _play(self, item: pytest.Item, following: pytest.Item | None, away: Proves | None) -> Sequence[Outcome]:
        self._away, self._outcomes, self._broke = away, [], []
        others = item.parent if following is item else following  # what it shares with others stays, and its own goes
        runtestprotocol(item, log=False, nextitem=others)  # type: ignore[arg-type]
        self._away = None
        return self._outcomes

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        yield
        if self._away and self._away.drop:
            with _database_of(item).connect_as_owner() as connection:
                connection.execute("set lock_timeout = '20s'")
                connection.execute(self._away.drop)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        if self._away and self._away.function and self._away.disabled:
            with replaced(self._away.function, self._away.disabled) as self._broke:
                return (yield)
        return (yield)

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        error = call.excinfo.value if call.excinfo else None
        phase = "skip" if isinstance(error, pytest.skip.Exception) else str(call.when)
        self._outcomes.append(outcome(item.nodeid, phase, error))


def _database_of(item: pytest.Item) -> Any:
    """The test's own database, by whichever name it asked for it."""
    arranged = item.funcargs.values()  # type: ignore[attr-defined]
    return next(one for one in arranged if hasattr(one, "connect_as_owner"))
