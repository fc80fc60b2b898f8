"""A pytest plugin that takes one safeguard away for the whole run and tells what became of each test: `-p tests.prove.plugin`.

- `--instead PATH EXPRESSION` replaces a function. The plugin is loaded before any test or product module, so that whoever imports the
  function gets the other one; `original` in the expression is the function itself.
- `--drop SQL` is run by the owner in each test's own database, when all has been arranged and before the test itself begins.
- `--database HOME TEMPLATE` lends a running server and a migrated template, which the runner made once for all its runs.
- `--told FILE` is written at the end.

It lives with the tests and nothing in `src` knows of it.
"""

import dataclasses
import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from tests.prove.replacing import BROKE, disable
from tests.prove.verdict import Outcome, Run, failures, is_misshapen, line_of

OUTCOMES = pytest.StashKey[list[Outcome]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("safeguards")
    group.addoption("--instead", nargs=2, metavar=("PATH", "EXPRESSION"), help="replace this function")
    group.addoption("--drop", metavar="SQL", help="take this away from each test's database")
    group.addoption("--database", nargs=2, metavar=("HOME", "TEMPLATE"), help="use this server and this template")
    group.addoption("--told", type=Path, metavar="FILE", help="where to write what became of each test")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before any conftest: it may import whoever imports the function by name."""
    instead = early_config.known_args_namespace.instead
    if instead:
        disable(*instead)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[OUTCOMES] = list[Outcome]()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """The server and the template that were made beforehand, in the place of the run's own."""
    lent = request.config.getoption("--database")
    if lent is None:
        return
    from tests.database import Template
    from trial.postgres import launch

    home, template = lent
    ready: dict[str, Callable[..., Any]] = {
        "postgres_server": lambda: launch(Path(home), durable=False),
        "migrated_template": lambda postgres_server: Template(postgres_server, template),
    }
    if fixturedef.argname in ready:
        object.__setattr__(fixturedef, "func", ready[fixturedef.argname])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Take the backstop away once all is arranged: the arrangement is as it should be, and has made its own tables."""
    yield
    drop = item.config.getoption("--drop")
    if drop is not None:
        with item.funcargs["database"].connect_as_owner() as connection:  # type: ignore[attr-defined]
            connection.execute("set lock_timeout = '20s'")
            connection.execute(drop)


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    error = call.excinfo.value if call.excinfo else None
    item.config.stash[OUTCOMES].append(_outcome(item.nodeid, call.when, error))


def pytest_exception_interact(node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]) -> None:
    if isinstance(node, pytest.Collector) and call.excinfo:
        node.config.stash[OUTCOMES].append(_outcome(node.nodeid, "collect", call.excinfo.value))


def pytest_sessionfinish(session: pytest.Session) -> None:
    told = session.config.getoption("--told")
    if told is not None:
        outcomes = session.config.stash[OUTCOMES]
        run = Run(tuple(outcomes), "; ".join(dict.fromkeys(BROKE)))
        told.write_text(json.dumps(dataclasses.asdict(run)), "utf-8")


def _outcome(test: str, phase: str, error: BaseException | None) -> Outcome:
    if error is None:
        return Outcome(test, phase)
    if isinstance(error, pytest.skip.Exception):
        phase = "skip"
    failed = list(failures(error))
    return Outcome(test, phase, tuple(dict.fromkeys(map(line_of, failed))), any(map(is_misshapen, failed)))
