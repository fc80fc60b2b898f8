"""The monthly figure of alerts: what is counted, when it may be there, and what is not told (issue 20; R-AI-17)."""

from datetime import date

import pytest

from offmon.core import clock
from offmon.core.alerts.in_time import Attention
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms
from offmon.core.public import alert_figures
from offmon.core.public.alert_figures import OUTCOME, Figure, Outcome, due, figures, month_after, rounded
from tests.prove.markers import proves

JUNE = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("count", "told"), [(0, None), (1, None), (9, None), (10, 10), (19, 10), (20, 20), (1234, 1230)]
)
@proves("S202", alert_figures.rounded, disabled=lambda count: count)
def test_no_small_number_is_told_and_nought_is_one(count: int, told: int | None) -> None:
    assert rounded(count) == told


@proves("S201", alert_figures.figures, disabled=lambda month, found: ())
def test_each_alert_counts_once_by_what_came_of_it() -> None:
    found = [(Gravity.URGENT, Attention.LOOKED)] * 25
    found += [(Gravity.URGENT, Attention.REACHED)] * 9
    found += [(Gravity.HIGH, Attention.MISSED)] * 6 + [(Gravity.HIGH, Attention.WAITING)] * 6
    assert figures(JUNE, found) == (
        Figure(JUNE, Gravity.URGENT, 20, None, None),
        Figure(JUNE, Gravity.HIGH, None, None, 10),
        Figure(JUNE, Gravity.STANDARD, None, None, None),
    )
    assert set(OUTCOME) == set(Attention)
    assert figures(JUNE, found)[0].told(Outcome.IN_TIME) == 20


@pytest.mark.parametrize(
    ("begun", "at", "months"),
    [
        (date(2026, 3, 15), date(2026, 5, 31), []),
        (date(2026, 3, 15), date(2026, 6, 1), [4]),
        (date(2026, 3, 1), date(2026, 6, 1), [4]),  # the log began in that month
        (date(2026, 3, 15), date(2026, 8, 31), [4, 5, 6]),
        (date(2026, 3, 15), date(2026, 9, 1), [4, 5, 6, 7]),
        (date(2026, 9, 1), date(2026, 9, 2), []),
    ],
)
def test_a_month_is_told_once_it_and_the_next_are_over(begun: date, at: date, months: list[int]) -> None:
    assert due(clock.start_of_day(begun), clock.start_of_day(at)) == tuple(date(2026, one, 1) for one in months)


def test_a_month_begins_in_london() -> None:
    begins = clock.start_of_day(date(2026, 6, 1))
    assert due(clock.start_of_day(date(2026, 3, 31)), Ms(begins - 1)) == ()
    assert due(clock.start_of_day(date(2026, 3, 31)), begins) == (date(2026, 4, 1),)
    assert alert_figures.starts(JUNE) == begins


@pytest.mark.parametrize(
    ("month", "later", "expected"),
    [((2026, 12), 1, (2027, 1)), ((2026, 1), -2, (2025, 11)), ((2026, 6), 0, (2026, 6)), ((2026, 2), -2, (2025, 12))],
)
def test_months_follow_each_other(month: tuple[int, int], later: int, expected: tuple[int, int]) -> None:
    assert month_after(date(*month, 1), later) == date(*expected, 1)
