"""What the monthly figure tells of a number that is not told: nothing (R-AI-17)."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.alerts.in_time import Attention
from offmon.core.formats.event import Gravity
from offmon.core.public.alert_figures import OUTCOME, Figure, Outcome, figures
from offmon.core.public.assurance import SMALL

MONTH = date(2026, 6, 1)
type Alerts = list[tuple[Gravity, Attention]]
ALERTS = st.lists(st.tuples(st.sampled_from(Gravity), st.sampled_from(Attention)), max_size=60)
CELLS = st.tuples(st.sampled_from(Gravity), st.sampled_from(Outcome))
CAME = {outcome: came for came, outcome in OUTCOME.items()}


def cell(published: tuple[Figure, ...], of: tuple[Gravity, Outcome]) -> int | None:
    [found] = [one.told(of[1]) for one in published if one.gravity is of[0]]
    return found


@given(ALERTS, CELLS, st.integers(0, SMALL - 1))
def test_a_number_that_is_not_told_could_be_any_small_one(
    alerts: Alerts, of: tuple[Gravity, Outcome], other: int
) -> None:
    """Whatever the others are: with any other small number in its place, nothing that is published differs."""
    published = figures(MONTH, alerts)
    if cell(published, of) is None:
        rest = [one for one in alerts if (one[0], OUTCOME[one[1]]) != of]
        assert figures(MONTH, [*rest, *[(of[0], CAME[of[1]])] * other]) == published


@given(ALERTS, CELLS)
def test_a_number_that_is_told_is_a_ten_that_is_not_above_it(alerts: Alerts, of: tuple[Gravity, Outcome]) -> None:
    count = Counter((gravity, OUTCOME[came]) for gravity, came in alerts)[of]
    told = cell(figures(MONTH, alerts), of)
    assert told is None or (told >= SMALL and told % SMALL == 0 and told <= count < told + SMALL)
    assert (told is None) == (count < SMALL)


@given(ALERTS, st.randoms())
def test_neither_order_nor_another_gravity_changes_what_is_told(alerts: Alerts, random: object) -> None:
    urgent = [one for one in alerts if one[0] is Gravity.URGENT]
    assert figures(MONTH, reversed(alerts)) == figures(MONTH, alerts)
    assert figures(MONTH, urgent)[0] == figures(MONTH, alerts)[0]


@given(st.sampled_from(Gravity), st.lists(st.sampled_from(Attention), max_size=3))
def test_a_month_with_few_alerts_looks_like_one_without(gravity: Gravity, came: list[Attention]) -> None:
    assert figures(MONTH, [(gravity, one) for one in came]) == figures(MONTH, [])
