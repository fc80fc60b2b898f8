"""The state diagrams and the audit verbs, drawn from core's tables."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from offmon.core import audit, states
from tests.unit.reference.drawing import check_drawn, row

TABLES: dict[str, Mapping[Any, frozenset[Any]]] = {
    name.lower(): table
    for name, table in vars(states).items()
    if name.isupper() and isinstance(table, Mapping) and all(isinstance(state, StrEnum) for state in table)
}


def test_the_diagrams_are_drawn_from_the_tables() -> None:
    lines = [
        "# States",
        "",
        "What may follow what. Drawn from `core/states.py`; every other move is refused (`bad-move`).",
        "",
    ]
    for name, table in TABLES.items():
        moves = [f"    {now} --> {then}" for now in table for then in sorted(table[now])]
        ends = [f"    {now} --> [*]" for now in table if not table[now]]
        first = next(iter(table))
        lines += [f"## {name}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *moves, *ends, "```", ""]
    assert TABLES
    check_drawn("states.md", lines[:-1])


def test_the_verbs_are_drawn_from_the_list() -> None:
    lines = [
        "# Audit verbs",
        "",
        "What an audit entry may say was done, and which operation of DPA 2018 s.62 it is (`other`: none of the six).",
        "Drawn from `core/audit.py`.",
        "",
        row("verb", "operation"),
        row("---", "---"),
        *(row(f"`{verb}`", audit.OPERATION[verb]) for verb in audit.Verb),
    ]
    check_drawn("audit-verbs.md", lines)
