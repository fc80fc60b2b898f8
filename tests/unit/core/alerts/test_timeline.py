"""What the drawings of a person are made from."""

from datetime import date, timedelta

from offmon.core import clock
from offmon.core.alerts import timeline
from offmon.core.alerts.exposure import BREAK_AFTER, exposure
from offmon.core.ids import Ms

NOON = Ms(clock.start_of_day(date(2026, 7, 29)) + 12 * clock.HOUR_MS)
TODAY = clock.start_of_day(date(2026, 7, 29))


def days(**given: list[Ms] | list[tuple[Ms, Ms]]) -> tuple[timeline.Day, ...]:
    none: dict[str, list[Ms]] = {"raised": [], "decided": [], "visits": [], "uncovered": []}
    return timeline.days(**{**none, **given}, now=NOON)  # type: ignore[arg-type]  # by name, in a test


def test_each_thing_falls_on_its_day_of_london() -> None:
    midnight = Ms(clock.start_of_day(date(2026, 7, 28)))
    drawn = days(raised=[midnight, Ms(midnight - 1)], decided=[NOON], visits=[NOON, NOON])
    assert [(one.on.day, one.raised, one.decided, one.visits) for one in drawn[-3:]] == [
        (27, 1, 0, 0),
        (28, 1, 0, 0),
        (29, 0, 1, 2),
    ]
    assert len(drawn) == timeline.DAYS


def test_what_several_say_was_not_covered_counts_once_and_what_is_to_come_not_at_all() -> None:
    hour = clock.HOUR_MS
    holes = [
        (Ms(TODAY - hour), Ms(TODAY + hour)),
        (TODAY, Ms(TODAY + 2 * hour)),
        (Ms(NOON - hour), Ms(NOON + 5 * hour)),
    ]
    drawn = days(uncovered=holes)
    assert [one.uncovered_ms // hour for one in drawn[-2:]] == [1, 3]
    assert drawn[-1].ahead_ms // hour == 12
    assert drawn[-1].covered == 1 - (3 + 12) / 24  # nobody knows yet what is to come


def test_a_day_of_the_change_of_clocks_is_as_long_as_it_was() -> None:
    now = Ms(clock.start_of_day(date(2026, 3, 30)))
    drawn = timeline.days([], [], [], [(Ms(0), now)], now)
    assert [(one.length_ms // clock.HOUR_MS, one.covered) for one in drawn[-2:]] == [(23, 0.0), (24, 0.0)]


def test_hours_compare_the_last_weeks_with_what_was_usual_before() -> None:
    ten = Ms(TODAY + 10 * clock.HOUR_MS)
    before = [Ms(clock.start_of_day(date(2026, 7, 29) - timedelta(days=40)) + 10 * clock.HOUR_MS)] * 6
    hours = timeline.hours([ten, ten, *before], NOON)
    assert [(one.hour, one.visits, one.before) for one in hours if one.visits or one.before] == [(10, 2, 2.0)]


def test_exposure_counts_each_reveal_and_offers_a_break() -> None:
    ages = [0, *[clock.HOUR_MS - 1] * (BREAK_AFTER - 2), clock.HOUR_MS, clock.DAY_MS - 1, clock.DAY_MS]
    found = exposure([Ms(NOON - age) for age in ages], NOON)
    assert (found.hour, found.day, found.too_much) == (BREAK_AFTER - 1, BREAK_AFTER + 1, False)
    assert exposure([NOON] * BREAK_AFTER, NOON).too_much
