"""Who is on call, and when nobody is (issue 20)."""

from dataclasses import replace
from datetime import date, time

import pytest

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.alerts import rota
from offmon.core.alerts.rota import Gap, Shift, Tier
from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, Period
from offmon.core.ids import Id, Ms
from tests.prove.markers import proves
from tests.unit.core.samples import code_of, ident

NORTH, SOUTH = ident("north"), ident("south")
ASH, BIRCH = ident("ash"), ident("birch")
MONDAY = date(2026, 6, 8)  # no bank holiday in that week
CHRISTMAS = date(2026, 12, 25)


def at(day: date, hour: int, minute: int = 0) -> Ms:
    return clock.at_time(day, time(hour, minute))


def on(number: int, hour: int) -> Ms:
    return at(date(2026, 6, number), hour)


def shift(since: Ms, until: Ms, *, team: Id | None = NORTH, tier: Tier = Tier.FIRST, staff: Id = ASH) -> Shift:
    return Shift(team, tier, staff, since, until)


NIGHT = shift(on(8, 17), on(9, 9))


@pytest.mark.parametrize(
    ("changed", "role", "others", "refused"),
    [
        ({}, Role.OFFENDER_MANAGER, (), None),
        ({}, Role.SUPERVISOR, (), None),
        ({}, Role.DUTY_INSPECTOR, (), None),
        ({}, None, (), "not-on-rota"),  # the account is closed
        ({}, Role.AUDITOR, (), "not-on-rota"),
        ({"tier": Tier.INSPECTOR, "team": None}, Role.DUTY_INSPECTOR, (), None),
        ({"tier": Tier.INSPECTOR, "team": None}, Role.SUPERVISOR, (), None),
        ({"tier": Tier.INSPECTOR, "team": None}, Role.OFFENDER_MANAGER, (), "not-on-rota"),
        ({"tier": Tier.INSPECTOR}, Role.DUTY_INSPECTOR, (), "inspector-of-a-team"),
        ({"until": on(8, 17)}, Role.SUPERVISOR, (), "shift-ends-first"),
        ({"until": on(8, 16)}, Role.SUPERVISOR, (), "shift-ends-first"),
        ({"until": on(15, 17)}, Role.SUPERVISOR, (), None),
        ({"until": Ms(on(15, 17) + 1)}, Role.SUPERVISOR, (), "shift-too-long"),
        ({"since": on(8, 15)}, Role.SUPERVISOR, (), None),  # an hour ago: who handed over enters it now
        ({"since": Ms(on(8, 15) - 1)}, Role.SUPERVISOR, (), "shift-past"),
        ({"since": Ms(on(8, 16) + 366 * DAY_MS), "until": Ms(on(9, 9) + 366 * DAY_MS)}, Role.SUPERVISOR, (), None),
        (
            {"since": Ms(on(8, 17) + 366 * DAY_MS), "until": Ms(on(9, 9) + 366 * DAY_MS)},
            Role.SUPERVISOR,
            (),
            "shift-too-far",
        ),
        ({}, Role.SUPERVISOR, (NIGHT,), "shift-overlaps"),
        ({}, Role.SUPERVISOR, (replace(NIGHT, staff=BIRCH),), "shift-overlaps"),
        ({}, Role.SUPERVISOR, (replace(NIGHT, team=SOUTH), replace(NIGHT, tier=Tier.SECOND, staff=BIRCH)), None),
        ({}, Role.SUPERVISOR, (replace(NIGHT, tier=Tier.SECOND),), "two-turns"),
        ({}, Role.SUPERVISOR, (replace(NIGHT, tier=Tier.INSPECTOR, team=None),), "two-turns"),
        ({}, Role.SUPERVISOR, (replace(NIGHT, tier=Tier.SECOND, team=SOUTH),), None),  # of another team's alerts
        ({}, Role.SUPERVISOR, (replace(NIGHT, tier=Tier.SECOND, since=NIGHT.until, until=Ms(NIGHT.until + 1)),), None),
        ({}, Role.SUPERVISOR, (replace(NIGHT, team=None),), None),  # a team's own goes before the agency's
        ({}, Role.SUPERVISOR, (shift(on(9, 9), on(9, 10)), shift(on(8, 1), on(8, 17))), None),  # they meet
        ({}, Role.SUPERVISOR, (shift(Ms(on(9, 9) - 1), on(9, 10)),), "shift-overlaps"),
        ({}, Role.SUPERVISOR, (shift(on(8, 1), Ms(on(8, 17) + 1)),), "shift-overlaps"),
    ],
)
@proves("S183", rota.check_shift, disabled=lambda new, role, others, at: None)
def test_a_shift_is_somebodys_who_may_be_called_and_nobody_elses(
    changed: dict[str, object], role: Role | None, others: tuple[Shift, ...], refused: str | None
) -> None:
    new = replace(NIGHT, **changed)  # type: ignore[arg-type]
    assert code_of(rota.check_shift, new, role, others, on(8, 16)) == refused


@pytest.mark.parametrize(
    ("instant", "team", "who"),
    [
        (Ms(on(8, 17) - 1), NORTH, None),
        (on(8, 17), NORTH, ASH),
        (Ms(on(9, 9) - 1), NORTH, ASH),
        (on(9, 9), NORTH, BIRCH),  # the agency's own, where the team has none
        (on(8, 20), SOUTH, None),
        (on(9, 10), SOUTH, BIRCH),
        (on(9, 12), NORTH, None),
    ],
)
def test_who_is_on(instant: Ms, team: Id, who: Id | None) -> None:
    shifts = [NIGHT, shift(on(9, 8), on(9, 12), team=None, staff=BIRCH), replace(NIGHT, tier=Tier.SECOND, staff=BIRCH)]
    assert rota.on_at(shifts, Tier.FIRST, team, instant) == who


@pytest.mark.parametrize(
    ("instant", "out"),
    [
        (on(8, 9) - 1, True),
        (on(8, 9), False),
        (on(8, 17) - 1, False),
        (on(8, 17), True),
        (on(13, 12), True),  # a Saturday
        (on(14, 12), True),
        (at(CHRISTMAS, 12), True),
        (at(date(2026, 12, 24), 12), False),
    ],
)
def test_when_nobody_need_be_at_their_desk(instant: int, *, out: bool) -> None:
    assert rota.is_out_of_hours(Ms(instant), {CHRISTMAS}) is out


WEEK = Period(on(8, 0), on(15, 0))


@pytest.mark.parametrize(
    ("shifts", "told"),
    [
        ([], [(on(8, 0), on(15, 0))]),  # one gap, and not a list of nights
        ([shift(on(8, 0), on(15, 0))], []),
        ([shift(on(1, 0), on(20, 0))], []),
        ([shift(on(8, 0), on(10, 9)), shift(on(10, 17), on(15, 0))], []),  # the office's own hours are none
        ([shift(on(8, 0), on(10, 8)), shift(on(10, 17), on(15, 0))], [(on(10, 8), on(10, 9))]),
        ([shift(on(8, 0), on(10, 9)), shift(on(11, 12), on(15, 0))], [(on(10, 17), on(11, 9))]),
        ([shift(on(8, 0), on(12, 17))], [(on(12, 17), on(15, 0))]),
        ([shift(on(8, 0), on(12, 9)), shift(on(12, 17), on(13, 0))], [(on(13, 0), on(15, 0))]),
        ([shift(on(8, 0), on(15, 0), team=None)], []),
        ([shift(on(8, 0), on(15, 0), team=SOUTH)], [(on(8, 0), on(15, 0))]),
        ([shift(on(8, 0), on(15, 0), tier=Tier.SECOND)], [(on(8, 0), on(15, 0))]),
        ([shift(on(9, 0), on(15, 0)), shift(on(8, 0), on(12, 0), team=None)], []),
    ],
)
@proves("S184", rota.gaps, disabled=lambda shifts, tier, team, ahead, holidays, *, office=rota.OFFICE: ())
def test_a_gap_is_said_before_it_comes(shifts: list[Shift], told: list[tuple[Ms, Ms]]) -> None:
    found = rota.gaps(shifts, Tier.FIRST, NORTH, WEEK, frozenset())
    assert found == tuple(Gap(NORTH, Tier.FIRST, since, until) for since, until in told)


def test_a_bank_holiday_needs_somebody_all_day() -> None:
    day = Period(at(CHRISTMAS, 0), at(date(2026, 12, 26), 0))
    nights = [shift(at(CHRISTMAS, 0), at(CHRISTMAS, 9)), shift(at(CHRISTMAS, 17), day.until or Ms(0))]
    assert rota.gaps(nights, Tier.FIRST, NORTH, day, frozenset()) == ()
    [gap] = rota.gaps(nights, Tier.FIRST, NORTH, day, {CHRISTMAS})
    assert (gap.since, gap.until) == (at(CHRISTMAS, 9), at(CHRISTMAS, 17))


@pytest.mark.parametrize("day", [date(2026, 3, 27), date(2026, 10, 23), MONDAY])  # before the clocks go on, and back
def test_a_week_later_is_the_same_time_of_day(day: date) -> None:
    later = rota.week_later(shift(Ms(at(day, 17, 30) + 5 * MINUTE_MS + 7), at(day, 23)))
    moved = date.fromordinal(day.toordinal() + 7)
    assert (later.since, later.until) == (at(moved, 17, 35) + 7, at(moved, 23))


def test_the_week_begins_on_monday_and_has_seven_days_though_one_has_23_hours() -> None:
    assert rota.week_of(date(2026, 6, 14)) == WEEK
    assert rota.week_of(date(2026, 3, 29)) == Period(at(date(2026, 3, 23), 0), at(date(2026, 3, 30), 0))
    spring = rota.week_of(date(2026, 3, 29))
    assert spring.until == spring.since + 7 * DAY_MS - HOUR_MS


def test_a_question_without_an_end_is_refused() -> None:
    assert code_of(rota.gaps, [], Tier.FIRST, NORTH, Period(on(8, 0), None), frozenset()) == "no-end"
