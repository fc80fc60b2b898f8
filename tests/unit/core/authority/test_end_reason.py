"""The reason for an end against the record: one row a case (requirements §0.3)."""

from dataclasses import replace

import pytest

from offmon.core.authority.end_reason import Ground, RestsOn, check_end_agrees, rests_on
from offmon.core.authority.order import Instrument, Term
from offmon.core.authority.standstill import REASONS, Why
from offmon.core.clock import DAY_MS
from offmon.core.ids import Ms
from offmon.core.states import DeploymentState
from tests.unit.core.authority.test_learned_late import ITEM, SERVING, VARIED, VARIED_TERM
from tests.unit.core.samples import LICENCE, LICENCE_TERM, NOW, ON_SHPO, SHPO, SHPO_TERM, code_of

RUNS, OVER = RestsOn(Ground.ORDER, over=False, replaced=False), RestsOn(Ground.ORDER, over=True, replaced=False)
REPLACED = replace(OVER, replaced=True)
LICENSED, RUN_OUT = replace(RUNS, ground=Ground.LICENCE), replace(OVER, ground=Ground.LICENCE)
AGREED, WITHDRAWN = replace(RUNS, ground=Ground.AGREEMENT), replace(OVER, ground=Ground.AGREEMENT)
EARLY, OTHER = "reason-needs-end", "reason-not-this"
OF_A_COURT = (Why.EXPIRED, Why.DISCHARGED, Why.QUASHED)


@pytest.mark.parametrize(
    ("reasons", "rests", "refused"),
    [
        (OF_A_COURT, (RUNS,), EARLY),
        (OF_A_COURT, (OVER,), None),
        (OF_A_COURT, (OVER, RUNS), EARLY),  # another order is in force
        (OF_A_COURT, (OVER, LICENSED), None),  # a licence is no order of a court
        (OF_A_COURT, (LICENSED,), OTHER),
        (OF_A_COURT, (AGREED, RUN_OUT), OTHER),
        ((Why.LICENCE_END,), (LICENSED,), EARLY),
        ((Why.LICENCE_END,), (RUN_OUT, RUNS), None),
        ((Why.LICENCE_END,), (OVER,), OTHER),
        ((Why.RECALLED,), (LICENSED,), None),  # the prison says so first
        ((Why.RECALLED,), (RUN_OUT,), None),
        ((Why.RECALLED,), (OVER,), OTHER),
        ((Why.WITHDRAWN,), (AGREED,), EARLY),
        ((Why.WITHDRAWN,), (WITHDRAWN, AGREED), EARLY),
        ((Why.WITHDRAWN,), (WITHDRAWN, RUNS), None),
        ((Why.WITHDRAWN,), (OVER,), OTHER),
        ((Why.SUPERSEDED,), (RUNS, OVER), EARLY),
        ((Why.SUPERSEDED,), (REPLACED, RUNS), None),
        ((Why.NOT_NEEDED, Why.DEATH, Why.ERROR), (RUNS, LICENSED, AGREED), None),
        (REASONS[DeploymentState.SUSPENDED], (RUNS,), None),
    ],
)
def test_a_reason_agrees_with_what_the_monitoring_rests_on(
    reasons: tuple[Why, ...], rests: tuple[RestsOn, ...], refused: str | None
) -> None:
    assert {why: code_of(check_end_agrees, why, rests) for why in reasons} == dict.fromkeys(reasons, refused)


ENDED = replace(SHPO, ended_at=NOW, end_known_at=NOW)
ON_ITEM, ON_BOTH = (
    replace(ON_SHPO, terms=tuple(one.id for one in terms)) for terms in ((ITEM,), (SHPO_TERM, LICENCE_TERM))
)


@pytest.mark.parametrize(
    ("case", "instruments", "terms", "expected"),
    [
        ("it runs", (SHPO,), (SHPO_TERM,), {RUNS}),
        ("it ended", (ENDED,), (SHPO_TERM,), {OVER}),
        ("it ends later", (replace(ENDED, ended_at=Ms(NOW + 1)),), (SHPO_TERM,), {RUNS}),
        ("its last day is past", (SHPO,), (replace(SHPO_TERM, until=Ms(NOW)),), {OVER}),
        ("its last day is to come", (SHPO,), (replace(SHPO_TERM, until=Ms(NOW + DAY_MS)),), {RUNS}),
        ("varied", (SHPO, VARIED), (SHPO_TERM, VARIED_TERM), {REPLACED}),
        ("a licence beside it", (SHPO, LICENCE), (SHPO_TERM, LICENCE_TERM), {RUNS, LICENSED}),
        ("what the person agreed to", (LICENCE, SERVING), (LICENCE_TERM, ITEM), {LICENSED, AGREED}),
    ],
)
def test_what_monitoring_rests_on(
    case: str, instruments: tuple[Instrument, ...], terms: tuple[Term, ...], expected: set[RestsOn]
) -> None:
    assert {*rests_on([ON_BOTH, ON_ITEM], instruments, terms, NOW)} == expected, case
