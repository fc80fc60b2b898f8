"""What each status of a licence does to monitoring: the truth table (R-LEG-14, R-LEG-16), one row a status."""

from itertools import permutations

import pytest

from offmon.core.authority.licence import (
    STATUSES,
    Effect,
    LicenceStatus,
    LicenceType,
    Standing,
    check_type,
    effect_of,
    joined,
    rule_of,
    why_of,
)
from offmon.core.authority.standstill import REASONS, Why
from offmon.core.ids import Ms
from offmon.core.states import DeploymentState
from tests.unit.core.samples import code_of

RUN, HOLD, END = Effect
ROWS = [  # status, while an approved version is active, while none is
    ("IN_PROGRESS", HOLD, HOLD),
    ("SUBMITTED", HOLD, HOLD),
    ("APPROVED", HOLD, HOLD),
    ("ACTIVE", RUN, RUN),
    ("REJECTED", HOLD, HOLD),
    ("INACTIVE", END, END),
    ("RECALLED", END, END),
    ("VARIATION_IN_PROGRESS", RUN, HOLD),
    ("VARIATION_SUBMITTED", RUN, HOLD),
    ("VARIATION_REJECTED", RUN, HOLD),
    ("VARIATION_APPROVED", RUN, HOLD),
    ("NOT_STARTED", HOLD, HOLD),
    ("NOT_IN_PILOT", HOLD, HOLD),
    ("TIMED_OUT", HOLD, HOLD),
    ("REVIEW_NEEDED", HOLD, HOLD),
    ("OOS_BOTUS", HOLD, HOLD),
    ("OOS_RECALL", END, END),
    ("SOMETHING_NEW", HOLD, HOLD),
    ("active", HOLD, HOLD),
    ("", HOLD, HOLD),
]


def at(status: str, time: int = 1, *, active: bool = False) -> Standing:
    return Standing(status, Ms(time), active)


@pytest.mark.parametrize(("status", "active", "none"), ROWS)
def test_what_a_status_does(status: str, active: Effect, none: Effect) -> None:
    assert (effect_of(at(status, active=True)), effect_of(at(status))) == (active, none)
    assert rule_of(at(status)).says


def test_each_status_has_a_row() -> None:
    assert {*LicenceStatus} == {*STATUSES} == {status for status, _, _ in ROWS[:-3]}
    assert effect_of(None) is RUN


def test_neither_order_nor_repetition_makes_a_difference() -> None:
    changes = [
        *(at("ACTIVE", 1), at("VARIATION_SUBMITTED", 2, active=True), at("VARIATION_SUBMITTED", 2)),
        *(at("RECALLED", 3), at("ACTIVE", 4), at("INACTIVE", 5)),
    ]
    for count in range(1, len(changes) + 1):
        some = changes[:count]
        found = {fold(order) for order in permutations(some)}
        assert len(found) == 1
        assert fold([*some, *some]) in found


def fold(changes: "list[Standing] | tuple[Standing, ...]") -> Standing:
    found = None
    for one in changes:
        found = joined(found, one)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other", "counts"),
    [
        (at("ACTIVE", 1), at("TIMED_OUT", 2), "TIMED_OUT"),
        (at("TIMED_OUT", 1), at("ACTIVE", 2), "ACTIVE"),
        (at("ACTIVE", 2), at("SUBMITTED", 2), "SUBMITTED"),
        (at("RECALLED", 1), at("ACTIVE", 2), "RECALLED"),
        (at("INACTIVE", 1), at("RECALLED", 2), "INACTIVE"),
    ],
)
def test_which_of_two_counts(one: Standing, other: Standing, counts: str) -> None:
    assert joined(one, other).status == joined(other, one).status == counts


def test_why_it_is_suspended() -> None:
    suspends = REASONS[DeploymentState.SUSPENDED]
    assert [why_of(at(one)) for one in ("RECALLED", "OOS_RECALL", "INACTIVE", "NEW")] == [
        *(Why.LICENCE_RECALLED, Why.LICENCE_RECALLED, Why.LICENCE_HELD, Why.LICENCE_HELD)
    ]
    assert {Why.LICENCE_RECALLED, Why.LICENCE_HELD} <= {*suspends}


@pytest.mark.parametrize(("kind", "code"), [("AP", None), ("AP_PSS", None), ("PSS", "no-basis")])
def test_post_sentence_supervision_is_no_licence(kind: str, code: str | None) -> None:
    """R-LEG-17."""
    assert code_of(check_type, LicenceType(kind)) == code
