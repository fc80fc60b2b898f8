"""Before a device may raise an urgent alert, somebody must be there to answer it (issue 20)."""

from datetime import date, time, timedelta

import pytest

from offmon.core import clock
from offmon.core.alerts.answering import Answering, answering, check_answers
from offmon.core.alerts.rota import Shift, Tier
from offmon.core.clock import DAY_MS, HOUR_MS
from offmon.core.ids import Id, Ms
from tests.prove.markers import proves
from tests.unit.core.samples import code_of

MONDAY = date(2026, 6, 8)
NOW = clock.at_time(MONDAY, time(10))
TEAM, OTHER = Id("a" * 32), Id("b" * 32)
ANN, BEN, OAK = (Id(one * 32) for one in "123")
WEEK = 7 * DAY_MS


def shift(tier: Tier, staff: Id, team: Id | None = None, since: int = 0, until: int = WEEK) -> Shift:
    return Shift(team, tier, staff, Ms(NOW + since), Ms(NOW + until))


FIRST, INSPECTOR = shift(Tier.FIRST, ANN, TEAM), shift(Tier.INSPECTOR, OAK)


@pytest.mark.parametrize(
    ("shifts", "reached", "gaps", "unreached"),
    [
        ([], {ANN}, {Tier.FIRST, Tier.INSPECTOR}, set()),
        ([FIRST, INSPECTOR], {ANN, OAK}, set(), set()),
        ([FIRST], {ANN, OAK}, {Tier.INSPECTOR}, set()),
        ([INSPECTOR], {ANN, OAK}, {Tier.FIRST}, set()),
        ([FIRST, INSPECTOR], {ANN}, set(), {OAK}),
        ([FIRST, INSPECTOR], set(), set(), {ANN, OAK}),
        ([shift(Tier.FIRST, ANN, OTHER), INSPECTOR], {ANN, OAK}, {Tier.FIRST}, set()),
        ([shift(Tier.FIRST, ANN), INSPECTOR], {ANN, OAK}, set(), set()),  # of the whole agency
        ([FIRST, INSPECTOR, shift(Tier.SECOND, BEN, TEAM)], {ANN, OAK}, set(), {BEN}),
        ([FIRST, INSPECTOR, shift(Tier.SECOND, BEN, TEAM, until=DAY_MS)], {ANN, BEN, OAK}, {Tier.SECOND}, set()),
        ([shift(Tier.FIRST, ANN, TEAM, until=WEEK - 2 * HOUR_MS), INSPECTOR], {ANN, OAK}, {Tier.FIRST}, set()),
        ([shift(Tier.FIRST, ANN, TEAM, since=6 * HOUR_MS), INSPECTOR], {ANN, OAK}, set(), set()),  # until then by day
        ([FIRST, INSPECTOR, shift(Tier.FIRST, BEN, TEAM, WEEK, WEEK + DAY_MS)], {ANN, OAK}, set(), set()),
        ([FIRST, INSPECTOR, shift(Tier.FIRST, BEN, TEAM, -DAY_MS, 0)], {ANN, OAK}, set(), set()),
    ],
)
def test_what_is_missing(shifts: list[Shift], reached: set[Id], gaps: set[Tier], unreached: set[Id]) -> None:
    found = answering(shifts, TEAM, NOW, (), reached)
    assert ({one.tier for one in found.gaps}, {*found.unreached}) == (gaps, unreached)
    assert found.is_sure is not bool(gaps or unreached)


def test_a_bank_holiday_is_out_of_hours_too() -> None:
    day = shift(Tier.FIRST, ANN, TEAM, since=7 * HOUR_MS)  # from five o'clock
    assert answering([day, INSPECTOR], TEAM, NOW, (), {ANN, OAK}).is_sure
    assert not answering([day, INSPECTOR], TEAM, NOW, (MONDAY,), {ANN, OAK}).is_sure
    assert answering([day, INSPECTOR], TEAM, NOW, (MONDAY - timedelta(days=1),), {ANN, OAK}).is_sure


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (Answering(), None),
        (answering([FIRST], TEAM, NOW, (), {ANN}), "nobody-answers"),
        (Answering(unreached=(ANN,)), "nobody-answers"),
    ],
)
@proves("S197", check_answers, disabled=lambda found: None)
def test_monitoring_that_may_raise_an_urgent_alert_begins_only_if_somebody_answers(
    found: Answering, code: str | None
) -> None:
    assert code_of(check_answers, found) == code
