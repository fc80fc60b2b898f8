"""How busy the machine is makes no test red: each bound of a wait is the one patience of all, or so short that only a poll can mean it."""

import ast
from collections.abc import Iterator

import pytest

from tests.unit.tree.tree import text, written

A_POLL_S = 1  # what is tried again and again, or must run out
WAITS = {"wait", "join", "settimeout", "await_true", "communicate"}  # with their bound last, in seconds


def short_waits(source: str) -> Iterator[int]:
    """The lines that wait for some seconds written there as a number."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            bounds = [named.value for named in call.keywords if (named.arg or "").startswith("timeout")]
            bounds += call.args[-1:] if name in WAITS else []
            if any(_seconds(bound) > A_POLL_S for bound in bounds):
                yield call.lineno


def _seconds(bound: ast.expr) -> float:
    value = bound.value if isinstance(bound, ast.Constant) else 0
    return value if isinstance(value, int | float) else 0


def test_no_test_waits_by_a_bound_of_its_own() -> None:
    assert [f"{path}:{line}" for path in written("tests/*.py") for line in short_waits(text(path))] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("process.wait(10)", [1]),
        ("process.communicate(given, timeout=30)", [1]),
        ("await_true(lambda: done, 5)", [1]),
        ("process.wait(PATIENCE_S)", []),
        ("while not stop.wait(0.05): pass", []),
        ("', '.join(['a'])", []),
    ],
)
def test_a_wait_with_a_number_is_found(source: str, found: list[int]) -> None:
    assert list(short_waits(source)) == found
