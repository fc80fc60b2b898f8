"""The register: `docs/safeguards.toml` says what is promised, the tests what keeps it; `docs/safeguards.md` is drawn from both.

Rules
- Each safeguard has a promise in plain words, the function that keeps it, a backstop that holds if the function is wrong, and a test.
- A promise may rest on several constraints, triggers or policies: each is taken away alone, and has a test of its own.
- So may it rest on a further function. The backstop's sentence names it, and by that it is not the one that keeps the promise.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.prove.markers import ROOT, SAFEGUARDS

PAGE = ROOT / "docs/safeguards.md"


@dataclass(frozen=True, slots=True)
class Shown:
    """A function, or the SQL that takes a backstop away, and the test that fails without it."""

    what: str
    test: str


@dataclass(frozen=True, slots=True)
class Safeguard:
    """One promise and what keeps it: the first of `functions`; the others stand behind it, as `backstops` do in the database."""

    id: str
    promise: str
    source: str
    backstop: str
    functions: tuple[Shown, ...]
    backstops: tuple[Shown, ...]


def marked() -> list[Path]:
    """The files of tests that have a marker."""
    return [file for file in sorted(ROOT.glob("tests/*/**/test_*.py")) if "proves(" in file.read_text("utf-8")]


@cache
def safeguards() -> tuple[Safeguard, ...]:
    """Every safeguard, in the order of the thread. Collects every marked test, which takes ten seconds."""
    functions: dict[str, list[Shown]] = {}
    backstops: dict[str, list[Shown]] = {}
    for safeguard, what, is_backstop, tests in _collected():
        kept = (backstops if is_backstop else functions).setdefault(safeguard, [])
        kept += [Shown(what, test) for test in tests] or [Shown(what, "")]
    return tuple(
        Safeguard(
            id=one,
            **row,
            functions=tuple(sorted(functions.get(one, ()), key=lambda shown: f"`{shown.what}`" in row["backstop"])),
            backstops=tuple(backstops.get(one, ())),
        )
        for one, row in SAFEGUARDS.items()
    )


def _collected() -> list[tuple[str, str, bool, list[str]]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.json"
        command = (sys.executable, "-m", "pytest", "-p", "tests.prove.plugin", "--collect-only", "--register", file)
        subprocess.run([*command, *marked()], cwd=ROOT, capture_output=True, check=True)
        rows: list[tuple[str, str, bool, list[str]]] = json.loads(file.read_text("utf-8"))
        return rows


def page() -> str:
    """`docs/safeguards.md`, as it must read."""
    lines = [
        "# Safeguards",
        "",
        "Each promise, the function that keeps it, what holds if that function is wrong, and the test. Drawn from `safeguards.toml` and",
        "from the tests, which say what they prove (`@proves`). CI compares them, and checks that each test calls its function.",
        "`make prove-safeguards` disables each function and takes away each database backstop in turn. It shows that the test then fails,",
        "itself and for what was taken away; so does `make check-long`.",
        "",
    ]
    for one in safeguards():
        keeper, *others = one.functions
        lines += [
            f"## {one.id}. {one.promise}",
            "",
            f"- **Why**: {one.source}",
            f"- **Kept by**: `{keeper.what}`, shown by `{keeper.test}`",
            "- **Backstop**:",
            *(f"  - {part}" for part in one.backstop.split("; ")),
            *(f"  - shown by `{stop.test}`" for stop in one.backstops),
            *(f"  - `{other.what}` is shown by `{other.test}`" for other in others),
            "",
        ]
    return "\n".join(lines)
