"""Which messages a night should bring, counted by hand (issue 20)."""

import pytest

from night.chain import Act, Chain, Person, Told, Turn
from night.hours import MINUTE
from night.telling import LATE, NEAR, due_at, is_clear, messages
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms

T = 1_773_660_000_000


def alert(minute: int, answered: int, gravity: Gravity = Gravity.HIGH, *more: tuple[Person | None, int]) -> Chain:
    """One that came to the officer in that minute, to others later, and was answered and decided so long after it came."""
    told = [Told(Turn.OWNER, Person.OFFICER, Ms(T + minute * MINUTE))]
    told += [Told(Turn.FIRST, who, Ms(T + at * MINUTE)) for who, at in more]
    at = Ms(T + (minute + answered) * MINUTE)
    return Chain(gravity, tuple(told), (Act(Person.OFFICER, at, decides=False), Act(Person.OFFICER, at, decides=True)))


def leaving(*chains: Chain) -> list[tuple[Person, int, bool]]:
    return [(one.who, (one.leaves - T) // MINUTE, one.waited) for one in messages(chains)]


def test_a_flood_is_one_message_each_ten_minutes() -> None:
    assert leaving(*(alert(minute, 90) for minute in (0, 3, 6, 15))) == [
        (Person.OFFICER, 0, False),
        (Person.OFFICER, 10, True),
        (Person.OFFICER, 20, True),
    ]


def test_others_and_other_gravities_wait_for_nobody() -> None:
    found = leaving(alert(0, 90, Gravity.HIGH, (Person.COLLEAGUE, 3), (None, 4)), alert(3, 90, Gravity.URGENT))
    assert found == [(Person.OFFICER, 0, False), (Person.COLLEAGUE, 3, False), (Person.OFFICER, 3, False)]


def test_nobody_is_told_of_a_standard_alert_until_it_is_passed_on() -> None:
    assert leaving(alert(0, 90, Gravity.STANDARD)) == []


@pytest.mark.parametrize(("answered", "comes", "must"), [(30, False, False), (120, True, False), (200, True, True)])
def test_what_is_answered_before_its_channel_works_does_not_come(answered: int, *, comes: bool, must: bool) -> None:
    [one] = messages([alert(0, answered)])
    down = (T - MINUTE, T + 120 * MINUTE)
    due = due_at(one, [down])
    assert (due is not None) is comes
    if due is not None:
        assert (due.must, due.held_up, due.until) == (must, True, down[1] + LATE)


def test_what_comes_at_once_must_come_soon() -> None:
    [one] = messages([alert(0, 90)])
    due = due_at(one, [])
    assert due is not None
    assert (due.since, due.until, due.must, due.held_up) == (T, T + NEAR, True, False)


@pytest.mark.parametrize(("minute", "clear"), [(1, False), (5, True), (9, False), (11, False), (13, True)])
def test_what_could_fall_out_either_way_is_not_in_a_script(minute: int, *, clear: bool) -> None:
    assert is_clear([alert(0, 90), alert(minute, 90)]) is clear
