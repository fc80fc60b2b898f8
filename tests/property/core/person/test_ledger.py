"""The parts of a device's day add up to the day, whatever is said of it (issue 20)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.clock import DAY_MS, HOUR_MS, end_of_day, start_of_day
from offmon.core.ids import Ms
from offmon.core.log.hours import Spent, Stretch
from offmon.core.person.ledger import Lifetime, ledger

FIRST, LAST = date(2026, 3, 27), date(2026, 3, 31)  # the clocks go forward on the 29th
SINCE, UNTIL = start_of_day(FIRST), end_of_day(LAST)
TIMES = st.integers(SINCE - DAY_MS, UNTIL + DAY_MS).map(Ms)
WAYS = st.sampled_from([one for one in Spent if one not in {Spent.AHEAD, Spent.COVERED}])


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    since, until = sorted((draw(TIMES), draw(TIMES)))
    return Stretch(since, until, draw(WAYS))


LIVES = st.builds(Lifetime, TIMES, st.none() | TIMES, st.none() | TIMES, TIMES)


@given(st.lists(stretches(), max_size=12), LIVES)
def test_each_day_adds_up_to_itself(said: list[Stretch], life: Lifetime) -> None:
    days = ledger(FIRST, LAST, life, said)
    assert [one.day for one in days] == [FIRST + timedelta(days=n) for n in range(5)]
    for one in days:
        assert sum(one.ms(spent) for spent in Spent) == one.length_ms
        assert one.parts[0].since == start_of_day(one.day)
        assert one.parts[-1].until == end_of_day(one.day)
        assert all(
            a.until == b.since and a.spent is not b.spent for a, b in zip(one.parts, one.parts[1:], strict=False)
        )


@given(st.lists(stretches(), max_size=12), LIVES, TIMES)
def test_no_hour_is_covered_that_anything_else_is_said_of(said: list[Stretch], life: Lifetime, at: Ms) -> None:
    parts = [part for day in ledger(FIRST, LAST, life, said) for part in day.parts]
    there = [part.spent for part in parts if part.since <= at < part.until]
    if there == [Spent.COVERED]:
        assert not any(one.since <= at < one.until for one in said)
        assert life.began_at <= at < life.now
        assert life.heard_at is not None
        assert at < max(life.began_at, life.heard_at)


def test_days_on_which_the_clocks_change_are_shorter_or_longer() -> None:
    life = Lifetime(SINCE, UNTIL, None, UNTIL)
    assert [one.ms(Spent.COVERED) // HOUR_MS for one in ledger(FIRST, LAST, life, ())] == [24, 24, 23, 24, 24]
    autumn = date(2026, 10, 25)
    off = Stretch(start_of_day(autumn), Ms(start_of_day(autumn) + 5 * HOUR_MS), Spent.OFF)
    [day] = ledger(autumn, autumn, Lifetime(Ms(0), end_of_day(autumn), None, end_of_day(autumn)), [off])
    assert (day.ms(Spent.OFF) // HOUR_MS, day.ms(Spent.COVERED) // HOUR_MS) == (5, 20)
