"""The verifier is small enough to be read before it is believed, and rests on `core` alone (design §2)."""

import ast
from pathlib import Path

import offmon.verify

FOLDER = Path(offmon.verify.__file__).parent


def test_it_has_a_thousand_lines_at_most() -> None:
    assert sum(len(path.read_text("utf-8").splitlines()) for path in FOLDER.glob("*.py")) <= 1_000


def test_it_imports_core_alone_of_ours() -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in FOLDER.glob("*.py")]
    froms = {node.module or "" for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {name for name in froms if name.startswith("offmon")}
    assert ours
    assert {".".join(name.split(".")[:2]) for name in ours} == {"offmon.core", "offmon.verify"}
