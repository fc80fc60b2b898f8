"""In every run: a test with a marker calls the function that it is named for, or fails and says so.

Whoever moves a rule elsewhere leaves a marker that names a function which nobody asks any more: its test is green with it and without it.
The whole proof takes minutes (`make prove-safeguards`); this takes none, and is true of a test that runs in one process.
"""

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

import pytest

from tests.prove.markers import Proves, proofs
from tests.prove.replacing import code_holder, forget

TOOL = 4  # of the six that `sys.monitoring` has; the first four have owners by custom
ELSEWHERE = "tests/e2e/"  # there the product runs in processes of its own
CALLED = pytest.StashKey[set[Proves]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fail a marked test that passed without its function; of a whole table, the last row, where none called it."""
    named = {code_of(one.function): one for one, shown in proofs([item]).items() if shown and one.function}
    if not named or item.nodeid.startswith(ELSEWHERE) or item.config.pluginmanager.has_plugin("prover"):
        yield
        return
    called = item.session.stash.setdefault(CALLED, set())
    with watching({*named}) as seen:
        yield
    called |= {named[code] for code in seen}
    for one in {*named.values()} - called:
        if one.row or "[" not in item.nodeid or _ends_the_table(item, one):
            pytest.fail(f"{one.what} is named for this test, which does not call it: what answers now?")


def _ends_the_table(item: pytest.Item, one: Proves) -> bool:
    """Whether this is the last row of all that there are: where some were chosen, the others may be those that call."""
    chosen = item.config.getoption("keyword") or any("[" in one for one in item.config.args)
    return not chosen and proofs(item.session.items)[one][-1] is item


def code_of(function: Callable[..., Any]) -> CodeType:
    """The code that runs when the function is called; what its module has kept of earlier calls is forgotten."""
    inner = code_holder(function)
    forget(inner)
    return inner.__code__


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
