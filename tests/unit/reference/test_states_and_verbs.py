"""The state diagrams and the audit verbs, drawn from core's tables."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from offmon.core import moves
from offmon.core.log.verbs import Verb
from tests.unit.reference.drawing import check_drawn, row

TABLES: dict[str, Mapping[Any, frozenset[Any]]] = {
    name.lower(): table
    for name, table in vars(moves).items()
    if name.isupper() and isinstance(table, Mapping) and all(isinstance(state, StrEnum) for state in table)
}
# Drawn, and no code of ours moves anything there: the page says so under each diagram.
NOT_YET = {"alert": ("in_review",)}
MOVED = r"(\bstates?\b[^=!\n]*= |\bmove\(|\bcheck_move\(|\bdo_stop\()"
SERVER = Path(__file__).parents[3] / "src/offmon/server"


def test_nothing_moves_to_the_states_that_the_page_says_and_something_to_each_other() -> None:
    code = "\n".join(path.read_text("utf-8") for path in SERVER.rglob("*.py"))
    for name, table in TABLES.items():
        never = [
            state.value
            for state in list(table)[1:]
            if not re.search(rf"{MOVED}.*\b{type(state).__name__}\.{state.name}\b", code)
        ]
        assert never == list(NOT_YET.get(name, ())), name


def test_the_diagrams_are_drawn_from_the_tables() -> None:
    lines = [
        "# States",
        "",
        "What may follow what. Drawn from `core/moves.py`; every other move is refused (`bad-move`).",
        "",
    ]
    for name, table in TABLES.items():
        moves = [f"    {now} --> {then}" for now in table for then in sorted(table[now])]
        ends = [f"    {now} --> [*]" for now in table if not table[now]]
        first = next(iter(table))
        lines += [f"## {name}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *moves, *ends, "```", ""]
        if name in NOT_YET:
            states_of = " or ".join(f"`{state}`" for state in NOT_YET[name])
            lines += [f"No code moves anything to {states_of} yet: the table allows it, and that is all.", ""]
    assert TABLES
    check_drawn("states.md", lines[:-1])


def test_the_verbs_are_drawn_from_the_list() -> None:
    lines = [
        "# Audit verbs",
        "",
        "What an audit entry may say was done, and which operation of DPA 2018 s.62 it is (`other`: none of the six).",
        "Permission: what a person needs who does it. Written by: which processes write it; in bold, it counts only as theirs.",
        "Drawn from `core/log/verbs.py`.",
        "",
        row("verb", "operation", "permission", "written by"),
        row(*["---"] * 4),
        *(row(f"`{verb}`", verb.operation, _code(verb.spec.takes), _by(verb)) for verb in Verb),
    ]
    check_drawn("audit-verbs.md", lines)


def _code(word: str | None) -> str:
    return "" if word is None else f"`{word}`"


def _by(verb: Verb) -> str:
    mark = "**" if verb.spec.alone else ""
    return ", ".join(f"{mark}{one}{mark}" for one in sorted(verb.spec.by)) or "nobody yet"
