"""In every run: a test that the register names calls the function that it is named for, or fails and says so.

Whoever moves a rule elsewhere leaves the register naming a function that nobody asks any more: its test is green with it and without it.
The whole proof takes a quarter of an hour (`make prove-safeguards`); this takes none, and is true of a test that runs in one process.
"""

import inspect
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType

import pytest

from tests.prove.register import safeguards
from tests.prove.replacing import resolve
from tests.prove.verdict import is_of

TOOL = 4  # of the six that `sys.monitoring` has; the first four have owners by custom
ELSEWHERE = "tests/e2e/"  # there the product runs in processes of its own
FUNCTIONS = [one for safeguard in safeguards() for one in safeguard.functions]
NAMED = [(one.test, one.function) for one in FUNCTIONS if not one.test.startswith(ELSEWHERE)]
KEEPING = type(cache(int))
CALLED = pytest.StashKey[set[tuple[str, str]]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fail a named test that passed without its function; of a whole table, the last row, where none called it."""
    named = {code_of(function): (test, function) for test, function in NAMED if is_of(item.nodeid, test)}
    if not named or item.config.getoption("--instead", None) or item.config.getoption("--drop", None):
        yield
        return
    called = item.session.stash.setdefault(CALLED, set())
    with watching(set(named)) as seen:
        yield
    called |= {named[code] for code in seen}
    for test, function in {*named.values()} - called:
        if item.nodeid == test or _ends_the_table(item, test):
            pytest.fail(f"docs/safeguards.toml names {function} for {test}, which does not call it: what answers now?")


def _ends_the_table(item: pytest.Item, test: str) -> bool:
    """Whether this is the last row of all that there are: where some were chosen, the others may be those that call."""
    chosen = item.config.getoption("keyword") or any("[" in one for one in item.config.args)
    return not chosen and [one for one in item.session.items if is_of(one.nodeid, test)][-1] is item


def code_of(path: str) -> CodeType:
    """The code that runs when the function is called, below what wraps it; what its module has kept of earlier calls is forgotten."""
    holder, name = resolve(path)
    function = inspect.unwrap(getattr(holder, name))
    for kept in vars(inspect.getmodule(function)).values():
        if type(kept) is KEEPING:  # a lazy object of Django would wake if it were asked what it is
            kept.cache_clear()
    code = function.__code__
    assert isinstance(code, CodeType)
    return code


@contextmanager
def watching(functions: set[CodeType]) -> Iterator[set[CodeType]]:
    """Those of the functions that have been called so far, in any thread."""
    seen, start = set[CodeType](), sys.monitoring.events.PY_START
    sys.monitoring.use_tool_id(TOOL, "safeguards")
    sys.monitoring.register_callback(TOOL, start, lambda code, _: seen.add(code))
    try:
        for code in functions:
            sys.monitoring.set_local_events(TOOL, code, start)
        yield seen
    finally:
        for code in functions:
            sys.monitoring.set_local_events(TOOL, code, 0)
        sys.monitoring.register_callback(TOOL, start, None)
        sys.monitoring.free_tool_id(TOOL)
