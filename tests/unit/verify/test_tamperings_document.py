"""`docs/reference/tamperings.md` promises no more than is tested."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "tamperings.md"


def test_each_code_of_the_document_is_one_that_a_tampering_is_caught_by() -> None:
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| ")]
    named = {code for row in rows for code in re.findall(r"`([a-z-]+)`", row.split("|")[2])}
    assert len(named) > 40
    assert named - _said_in_tests() == set()


def _said_in_tests() -> set[str]:
    """Every text that stands by itself in a test of this folder: the codes among them."""
    trees = [ast.parse(path.read_text("utf-8")) for path in HERE.glob("test_*.py") if path != Path(__file__)]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {node.value for node in nodes if isinstance(node.value, str)}
