"""A newcomer finds any rule in a minute: no file over 500 lines, no view over 40, nothing empty (CONTRIBUTING 1)."""

import ast
from collections import Counter

import pytest

from tests.unit.tree.tree import Function, files, functions, text, written

FILE_LINES = 500
VIEW_LINES = 40


def lines(function: Function) -> int:
    """How long a function is for who reads it: from its first decorator to its last line."""
    first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
    return (function.end_lineno or first) - first + 1


def says_nothing(source: str) -> bool:
    """Whether a module holds no statement but docstrings and `pass`."""
    return all(
        isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in ast.parse(source).body
    )


def test_no_file_is_over_500_lines() -> None:
    long = {
        str(path): count
        for path in written("*.py", "*.js", "*.mjs")
        if (count := len(text(path).splitlines())) > FILE_LINES
    }
    assert long == {}


def test_no_view_is_over_40_lines() -> None:
    views = files("src/offmon/server/faces/*/views*.py", "src/offmon/server/faces/*/views/*.py")
    long = [f"{path}:{view.name}" for path in views for view in functions(text(path)) if lines(view) > VIEW_LINES]
    assert long == []


def test_no_file_is_a_placeholder() -> None:
    empty = [str(path) for path in files() if not text(path).strip()]
    hollow = [str(path) for path in written("*.py") if path.name != "__init__.py" and says_nothing(text(path))]
    assert empty + hollow == []


def test_no_package_is_a_room_in_which_nothing_lives() -> None:
    beneath = Counter(parent for path in files("*.py") for parent in path.parents)
    rooms = [str(path) for path in files("*/__init__.py") if beneath[path.parent] == 1 and says_nothing(text(path))]
    assert rooms == []


@pytest.mark.parametrize(
    ("source", "hollow"),
    [
        ("", True),
        ('"""A room."""\n', True),
        ('"""A room."""\npass\n', True),
        ("X = 1\n", False),
        ("import json\n", False),
    ],
)
def test_a_hollow_module_is_told_from_one_that_says_something(source: str, *, hollow: bool) -> None:
    assert says_nothing(source) is hollow


def test_a_view_is_counted_from_its_first_decorator() -> None:
    [view] = functions("@requires(\n    Permission.X,\n)\ndef queue(request):\n    return 1\n")
    assert lines(view) == 5
