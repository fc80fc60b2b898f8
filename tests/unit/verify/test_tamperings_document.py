"""`docs/reference/tamperings.md` promises only what is tested, and a test provokes every reason that the verifier gives.

A code counts as tested if a test finds it *in a verdict*: as the code that one of `PROVOKERS` is called with. Its mere occurrence in a test
is not enough.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
DOCUMENT = ROOT / "docs" / "reference" / "tamperings.md"
SOURCES = (
    "src/offmon/verify/*.py",
    "src/offmon/core/bundle/*.py",
    "src/offmon/core/log/attribution.py",
    "src/offmon/core/log/extract.py",
    "src/offmon/core/log/provenance.py",
    "src/offmon/core/log/witnessing.py",
)

RAISERS = {"Malformed": 0, "NotAuthentic": 0, "Refused": 0, "fail": 0, "_cannot": 1}  # where each has its code
PROVOKERS = {"caught": 3, "fails": 2, "refused": 1, "unreadable": 1, "not_read": 1}
NOT_OF_A_BUNDLE = {
    "misplaced-file": "the writer's own: a bundle that is read has its files where they lie (tests/unit/core/bundle)"
}


def test_each_code_of_the_document_is_one_that_a_tampering_is_caught_by() -> None:
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| ")]
    named = {code for row in rows for code in re.findall(r"`([a-z-]+)`", row.split("|")[2])}
    assert len(named) > 40
    assert named - provoked() == set()


def test_each_code_that_the_verifier_can_give_is_drawn_from_it_by_a_test() -> None:
    given = set[str]()
    for path in (path for pattern in SOURCES for path in ROOT.glob(pattern)):
        given |= {code for call, at in calls(path, RAISERS) for code in constants(call.args[at : at + 1])}
    assert len(given) > 100
    assert given - provoked() == set(NOT_OF_A_BUNDLE)


def provoked() -> set[str]:
    """The codes with which the tests of this folder call a provoker: as a word, or by the name of a parameter that is a word."""
    found = set[str]()
    for path in HERE.glob("test_*.py"):
        for test in functions(path):
            given = parameters(test)
            for call, at in calls(test, PROVOKERS):
                codes = call.args[at : at + 1]
                found |= constants(codes)
                found |= {code for one in codes if isinstance(one, ast.Name) for code in given.get(one.id, ())}
    return found


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def calls(where: Path | ast.AST, names: dict[str, int]) -> Iterator[tuple[ast.Call, int]]:
    """The calls of these, each with the place of its code."""
    tree = ast.parse(where.read_text("utf-8")) if isinstance(where, Path) else where
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in names:
                yield node, names[name]


def parameters(test: ast.FunctionDef) -> dict[str, set[str]]:
    """What each parameter of a test is given, where that is a word."""
    found = dict[str, set[str]]()
    for decorator in test.decorator_list:
        if isinstance(decorator, ast.Call) and len(decorator.args) > 1 and isinstance(decorator.args[1], ast.List):
            names, sets = ast.literal_eval(decorator.args[0]), decorator.args[1].elts
            for at, name in enumerate(names if isinstance(names, tuple) else [names]):
                found[name] = constants([one.elts[at] if isinstance(one, ast.Tuple) else one for one in sets])
    return found


def constants(nodes: list[ast.expr]) -> set[str]:
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
