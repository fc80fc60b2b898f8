"""The verifier is small enough to be read before it is believed, and rests on `core` alone (design §2)."""

import ast
import subprocess
import sys
from pathlib import Path

import offmon.verify

FOLDER = Path(offmon.verify.__file__).parent
ROOT = Path(__file__).parents[3]


def test_all_that_it_imports_can_be_read_before_it_is_believed() -> None:
    """`lint/closure` prints them; ARCHITECTURE says where to begin."""
    command = [sys.executable, str(ROOT / "lint" / "closure")]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    lines, files = (int(word) for word in told.split() if word.isdecimal())
    assert (
        lines <= 10_890
    )  # ten bases of law, reviews, agreements, end certificates, locks, permissions, exclusions, transfers, and addresses as listed
    assert files <= 93


def test_it_imports_core_alone_of_ours() -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in FOLDER.rglob("*.py")]
    froms = {node.module or "" for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {name for name in froms if name.startswith("offmon")}
    assert ours
    assert {".".join(name.split(".")[:2]) for name in ours} == {"offmon.core", "offmon.verify"}
