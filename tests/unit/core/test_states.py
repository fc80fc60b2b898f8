"""Which state may follow which (requirements §0.3; R-DPA-29)."""

from collections.abc import Mapping
from typing import Any

import pytest

from offmon.core import states
from offmon.core.moves import ALERT, DEPLOYMENT, EXPORT, PROFILE, check_move
from tests.prove.markers import proves
from tests.unit.core.samples import code_of

TABLES: list[Mapping[Any, frozenset[Any]]] = [DEPLOYMENT, ALERT, EXPORT, PROFILE]
MOVES = {
    "deployment": """
        draft -> authorised, ended
        authorised -> notice_served, ended
        notice_served -> active, suspended, ended
        active -> suspended, ended
        suspended -> notice_served, ended
        ended ->
    """,
    "alert": """
        open -> in_review, decided
        in_review -> decided
        decided ->
    """,
    "export": """
        asked -> opened, refused
        opened -> built, refused
        built -> approved, refused
        approved -> ready, refused
        ready ->
        refused ->
    """,
    "profile": """
        asked -> signed, refused
        signed ->
        refused ->
    """,
}


@pytest.mark.parametrize(("table", "words"), list(zip(TABLES, MOVES.values(), strict=True)), ids=list(MOVES))
@proves("S19", check_move, disabled=lambda table, now, then: None)
def test_only_the_moves_of_the_table_exist(table: Mapping[Any, frozenset[Any]], words: str) -> None:
    expected = {
        now.strip(): {then.strip() for then in after.split(",") if then.strip()}
        for now, after in (line.split("->") for line in words.strip().splitlines())
    }
    kind: Any = type(next(iter(table)))
    assert set(table) == set(kind)
    for now in kind:
        for then in kind:
            refused = None if then.value in expected[now.value] else "bad-move"
            assert code_of(check_move, table, now, then) == refused


def reachable(table: Mapping[Any, frozenset[Any]], start: Any, without: Any = None) -> set[Any]:
    found, open_ends = {start}, [start]
    while open_ends:
        for then in table[open_ends.pop()] - found - {without}:
            found.add(then)
            open_ends.append(then)
    return found


@pytest.mark.parametrize("table", TABLES, ids=list(MOVES))
def test_every_state_can_be_reached_and_none_stays_where_it_is(table: Mapping[Any, frozenset[Any]]) -> None:
    assert reachable(table, next(iter(table))) == set(table)
    assert not [now for now, after in table.items() if now in after]


@pytest.mark.parametrize("step", [states.DeploymentState.AUTHORISED, states.DeploymentState.NOTICE_SERVED])
def test_nothing_is_collected_before_authorisation_and_notice(step: states.DeploymentState) -> None:
    assert states.DeploymentState.ACTIVE not in reachable(DEPLOYMENT, states.DeploymentState.DRAFT, without=step)


@pytest.mark.parametrize("step", [states.ExportState.OPENED, states.ExportState.BUILT, states.ExportState.APPROVED])
def test_nothing_leaves_before_it_is_opened_built_and_approved(step: states.ExportState) -> None:
    assert states.ExportState.READY not in reachable(EXPORT, states.ExportState.ASKED, without=step)
