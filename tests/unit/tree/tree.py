"""The tree's files that git tracks or would, and the views among them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]

type Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*patterns: str) -> list[Path]:
    """Every file of the tree that git tracks or would, relative to its root; with `patterns`, those that match one."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(Path(name) for name in set(listed.stdout.split("\0")) if name and (ROOT / name).is_file())


def written(*patterns: str) -> list[Path]:
    """`files` that people write: without migrations and what `assets/build` makes."""
    made = {"migrations", "built"}
    return [path for path in files(*patterns) if not made.intersection(path.parts)]


@cache
def text(path: Path) -> str:
    """A file's text; bytes that are no UTF-8 are shown as such, since a host may stand in any file."""
    return (ROOT / path).read_text(encoding="utf-8", errors="backslashreplace")


def functions(source: str) -> Iterator[Function]:
    """The top-level functions of a module."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
