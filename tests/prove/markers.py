"""`@proves`: a test fails without what keeps a promise. docs/safeguards.md is drawn from these markers and `docs/safeguards.toml`."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import pytest

ROOT = Path(__file__).parents[2]
SAFEGUARDS: dict[str, dict[str, str]] = tomllib.loads((ROOT / "docs/safeguards.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True, eq=False)
class Proves:
    """One thing that keeps a promise, and how it is taken away: a function, or something in the database."""

    safeguard: str
    row: str
    function: Callable[..., Any] | None
    disabled: Callable[..., Any] | None
    drop: str

    @property
    def what(self) -> str:
        """The function's dotted name, or the SQL."""
        return self.drop if self.function is None else f"{self.function.__module__}.{self.function.__qualname__}"


@overload
def proves[**P, R](
    safeguard: str, function: Callable[P, R], *, disabled: Callable[P, R], row: str = ""
) -> pytest.MarkDecorator: ...
@overload
def proves(safeguard: str, *, drop: str, row: str = "") -> pytest.MarkDecorator: ...
def proves(
    safeguard: str,
    function: Callable[..., Any] | None = None,
    *,
    disabled: Callable[..., Any] | None = None,
    drop: str = "",
    row: str = "",
) -> pytest.MarkDecorator:
    """The marker of a test that fails without a safeguard. Raises ValueError for an id that `docs/safeguards.toml` does not have.

    `disabled` is the function as it would be if it did not care; where it calls the function, that is the true one. `drop` is the SQL that
    takes a constraint, trigger or policy away. `row` is the id of the one row of the test's table that shows it; without it, any may.
    """
    if safeguard not in SAFEGUARDS:
        raise ValueError(f"docs/safeguards.toml has no {safeguard}")
    return pytest.mark.proves(Proves(safeguard, row, function, disabled, drop))


def proofs(items: Iterable[pytest.Item]) -> dict[Proves, list[pytest.Item]]:
    """Each marker, and the collected tests that show it: none where no row has its name."""
    found: dict[Proves, list[pytest.Item]] = {}
    for item in items:
        for one in proved_by(item):
            rows = found.setdefault(one, [])
            if item.nodeid.endswith(one.row and f"[{one.row}]"):
                rows.append(item)
    return found


def proved_by(item: pytest.Item) -> Iterator[Proves]:
    """The markers on a test, whichever row they name."""
    for mark in item.iter_markers("proves"):
        yield mark.args[0]


def name_of(one: Proves, item: pytest.Item) -> str:
    """The test as the register names it: all rows of its table, or one."""
    return item.nodeid if one.row else item.nodeid.partition("[")[0]
