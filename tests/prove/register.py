"""The register of safeguards: `docs/safeguards.toml`, read and checked; `docs/safeguards.md` is drawn from it.

Rules
- Each safeguard has a promise in plain words, the function that keeps it, a backstop that holds if the function is wrong, and a test.
- `disabled` is what the function is replaced by to prove the test: the function as it would be if it did not care.
- A backstop in the database is proved too: `drop` names the constraint, trigger or policy that is taken away before its own test runs.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
REGISTER = ROOT / "docs/safeguards.toml"
PAGE = ROOT / "docs/safeguards.md"


@dataclass(frozen=True, slots=True)
class Safeguard:
    """One promise and what keeps it. `drop` is SQL that removes the database backstop, or None where it is a build check."""

    id: str
    promise: str
    source: str
    function: str
    disabled: str
    test: str
    backstop: str
    drop: str | None
    backstop_test: str | None


def safeguards() -> tuple[Safeguard, ...]:
    """Every safeguard, in the order of the thread."""
    rows = tomllib.loads(REGISTER.read_text("utf-8"))["safeguard"]
    return tuple(Safeguard(**{"drop": None, "backstop_test": None, **row}) for row in rows)


def page() -> str:
    """`docs/safeguards.md`, as it must read."""
    lines = [
        "# Safeguards",
        "",
        "Each promise, the function that keeps it, what holds if that function is wrong, and the test. Drawn from `safeguards.toml`; CI",
        "compares the two and checks that every name exists. `make prove-safeguards` disables each function and takes away each database",
        "backstop in turn, and shows that the named test then fails.",
        "",
    ]
    for one in safeguards():
        lines += [
            f"## {one.id}. {one.promise}",
            "",
            f"- **Why**: {one.source}",
            f"- **Kept by**: `{one.function}`, shown by `{one.test}`",
            f"- **Backstop**: {one.backstop}" + (f", shown by `{one.backstop_test}`" if one.backstop_test else ""),
            "",
        ]
    return "\n".join(lines)
