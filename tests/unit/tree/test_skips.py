"""A test that does not run says why: `skip`, `skipif` and `xfail` carry a reason (CONTRIBUTING 8)."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.unit.tree.tree import files, text

SKIPPING = {"skip", "skipif", "xfail", "skipUnless", "skipIf"}
JS_SKIP = re.compile(r"\b(?:test|it|describe)\.(?:skip|todo)\(|\bx(?:it|describe)\(|\bskip: true\b")


def unreasoned(source: str) -> Iterator[int]:
    """The lines on which pytest or unittest is told to skip without a reason in words."""
    if not any(word in source for word in SKIPPING):
        return
    reasoned = set()
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SKIPPING:
            words = [keyword.value for keyword in node.keywords if keyword.arg in ("reason", "msg")]
            # pytest.skip("why") says it in its first argument; a mark's first argument is a condition.
            if node.func.attr in {"skip", "xfail"} or node.func.attr.startswith("skipU"):
                words += node.args
            if any(not (isinstance(word, ast.Constant) and not word.value) for word in words):
                reasoned.add(node.func)
        # `pytest.skip.Exception` names the exception, and skips nothing.
        elif isinstance(node, ast.Attribute) and node.attr == "Exception" and isinstance(node.value, ast.Attribute):
            reasoned.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in SKIPPING and node not in reasoned:
            owner = ast.unparse(node.value)
            if owner in {"pytest", "pytest.mark", "mark", "unittest"}:
                yield node.lineno


def test_no_test_is_skipped_without_a_reason() -> None:
    silent = [f"{path}:{line}" for path in files("tests/*.py") for line in unreasoned(text(path))]
    silent += [str(path) for path in files("tests/*.js", "tests/*.mjs", "extension/*.js") if JS_SKIP.search(text(path))]
    assert silent == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("isinstance(error, pytest.skip.Exception)", False),
        ("@pytest.mark.skip\ndef test_x(): ...", True),
        ("@pytest.mark.skip()\ndef test_x(): ...", True),
        ("@pytest.mark.skip(reason='')\ndef test_x(): ...", True),
        ("@pytest.mark.skipif(True)\ndef test_x(): ...", True),
        ("@pytest.mark.xfail\ndef test_x(): ...", True),
        ("pytest.skip()", True),
        ("@pytest.mark.skip(reason='no display')\ndef test_x(): ...", False),
        ("@pytest.mark.skipif(WAYLAND, reason='X only')\ndef test_x(): ...", False),
        ("pytest.skip('no display')", False),
        ("cursor.skip()", False),
    ],
)
def test_a_skip_without_a_reason_is_found(source: str, *, found: bool) -> None:
    assert bool(list(unreasoned(source))) is found
