"""The register of safeguards: `docs/safeguards.toml`, read and checked; `docs/safeguards.md` is drawn from it.

Rules
- Each safeguard has a promise in plain words, the function that keeps it, a backstop that holds if the function is wrong, and a test.
- `disabled` is what the function is replaced by to prove the test: the function as it would be if it did not care.
- A backstop in the database is proved too: `drop` names the constraint, trigger or policy that is taken away before its own test runs.
- A promise may rest on several of them, one a table: the others are its twins, and each is taken away alone and proved likewise.
- So is a further function that a backstop names: it is a twin with a function, a replacement and a test of its own.
"""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REGISTER = ROOT / "docs/safeguards.toml"
PAGE = ROOT / "docs/safeguards.md"


@dataclass(frozen=True, slots=True)
class Function:
    """One function that holds by itself: what it would be if it did not care, and the test that then fails."""

    function: str
    disabled: str
    test: str


@dataclass(frozen=True, slots=True)
class Backstop:
    """One thing in the database that holds by itself: the SQL that takes it away, and the test that then fails."""

    drop: str
    backstop_test: str


@dataclass(frozen=True, slots=True)
class Safeguard:
    """One promise and what keeps it: the first of `functions`; the others stand behind it, as `backstops` do in the database."""

    id: str
    promise: str
    source: str
    backstop: str
    functions: tuple[Function, ...]
    backstops: tuple[Backstop, ...]


def safeguards() -> tuple[Safeguard, ...]:
    """Every safeguard, in the order of the thread."""
    rows = tomllib.loads(REGISTER.read_text("utf-8"))["safeguard"]
    return tuple(_read(row) for row in rows)


def _read(row: dict[str, Any]) -> Safeguard:
    keeper, stop = (
        {one.name: row.pop(one.name) for one in fields(kind) if one.name in row} for kind in (Function, Backstop)
    )
    twins = row.pop("twin", [])
    stops = [one for one in (stop, *twins) if one and "function" not in one]
    functions = [keeper, *(one for one in twins if "function" in one)]
    return Safeguard(
        **row,
        functions=tuple(Function(**one) for one in functions),
        backstops=tuple(Backstop(**one) for one in stops),
    )


def page() -> str:
    """`docs/safeguards.md`, as it must read."""
    lines = [
        "# Safeguards",
        "",
        "Each promise, the function that keeps it, what holds if that function is wrong, and the test. Drawn from `safeguards.toml`; CI",
        "compares the two, checks that every name exists, and that each named test calls the function that it is named for.",
        "`make prove-safeguards` disables each function and takes away each database backstop in turn, and shows that the named test then",
        "fails, itself and for what was taken away; CI does that for the functions whose test needs no database.",
        "",
    ]
    for one in safeguards():
        keeper, *others = one.functions
        lines += [
            f"## {one.id}. {one.promise}",
            "",
            f"- **Why**: {one.source}",
            f"- **Kept by**: `{keeper.function}`, shown by `{keeper.test}`",
            f"- **Backstop**: {one.backstop}"
            + "".join(f", shown by `{stop.backstop_test}`" for stop in one.backstops[:1]),
            *(f"  - likewise `{stop.backstop_test}`" for stop in one.backstops[1:]),
            *(f"  - `{other.function}` is shown by `{other.test}`" for other in others),
            "",
        ]
    return "\n".join(lines)
