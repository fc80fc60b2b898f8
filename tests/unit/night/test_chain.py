"""To whom an alert of a night goes, and when, counted by hand (issue 20)."""

from datetime import datetime

import pytest

from night.chain import Act, Chain, Duty, Person, Reaction, Told, Turn, World, chain, is_out_of_hours
from night.hours import LONDON, MINUTE
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms

QUARTER, HOUR = 15 * MINUTE, 60 * MINUTE
NEVER = (0, 0)


def at(text: str) -> Ms:
    return Ms(int(datetime.fromisoformat(text).replace(tzinfo=LONDON).timestamp() * 1000))


NOON, NIGHT = at("2026-03-18T12:00"), at("2026-03-19T02:00")
ROTA = tuple(
    Duty(turn, who, at("2026-03-18T00:00"), at("2026-03-25T00:00"))
    for turn, who in ((Turn.FIRST, Person.COLLEAGUE), (Turn.SECOND, Person.STRANGER))
)


def played(
    gravity: Gravity,
    visited: Ms,
    answers: dict[int, Reaction],
    rota: tuple[Duty, ...] = ROTA,
    down: tuple[int, int] = NEVER,
) -> Chain:
    """What becomes of it, where whoever has it in these turns reacts so and nobody else does. At last the supervisor decides."""

    def react(told: Told, turn: int) -> Reaction | None:
        last = Reaction(MINUTE, MINUTE) if turn > 5 and told.turn is Turn.SUPERVISOR else None
        return answers.get(turn, last)

    found = chain(gravity, visited, Person.OFFICER, World(rota, down), react)
    assert found is not None
    return found


def steps(of: Chain) -> list[tuple[Turn, Person | None, int]]:
    """Each turn, and how many minutes after the first."""
    return [(one.turn, one.who, (one.at - of.opened) // MINUTE) for one in of.told]


def test_whoever_answers_and_decides_in_time_keeps_it() -> None:
    found = played(Gravity.URGENT, NOON, {1: Reaction(14 * MINUTE, 40 * MINUTE)})
    assert steps(found) == [(Turn.OWNER, Person.OFFICER, 0)]
    assert [(act.who, act.decides) for act in found.acts] == [(Person.OFFICER, False), (Person.OFFICER, True)]


def test_unanswered_it_goes_round_and_a_contact_without_an_account_has_a_turn() -> None:
    found = played(Gravity.URGENT, NOON, {})
    assert steps(found)[:6] == [
        (Turn.OWNER, Person.OFFICER, 0),
        (Turn.FIRST, Person.COLLEAGUE, 15),
        (Turn.SECOND, Person.STRANGER, 30),
        (Turn.SUPERVISOR, Person.SUPERVISOR, 45),
        (Turn.INSPECTOR, None, 60),
        (Turn.FIRST, Person.COLLEAGUE, 75),
    ]


def test_an_answer_without_a_decision_holds_it_for_the_time_to_decide_and_no_longer() -> None:
    found = played(Gravity.URGENT, NOON, {1: Reaction(5 * MINUTE, None), 2: Reaction(MINUTE, MINUTE)})
    assert steps(found) == [(Turn.OWNER, Person.OFFICER, 0), (Turn.FIRST, Person.COLLEAGUE, 60)]


def test_who_sees_no_case_answers_and_decides_nothing() -> None:
    found = played(Gravity.URGENT, NOON, {3: Reaction(MINUTE, MINUTE), 4: Reaction(MINUTE, MINUTE)})
    assert steps(found)[2:] == [(Turn.SECOND, Person.STRANGER, 30), (Turn.SUPERVISOR, Person.SUPERVISOR, 90)]


def test_an_answer_that_comes_too_late_is_none() -> None:
    found = played(Gravity.URGENT, NOON, {1: Reaction(QUARTER, MINUTE), 2: Reaction(MINUTE, MINUTE)})
    assert [act.who for act in found.acts] == [Person.COLLEAGUE] * 2


@pytest.mark.parametrize(
    ("gravity", "visited", "first"),
    [
        (Gravity.URGENT, NIGHT, 0),
        (Gravity.URGENT, NOON, 15),
        (Gravity.HIGH, NIGHT, 240),
        (Gravity.STANDARD, NIGHT, 4320),
    ],
)
def test_only_an_urgent_one_at_night_waits_at_no_empty_desk(gravity: Gravity, visited: Ms, first: int) -> None:
    assert steps(played(gravity, visited, {2: Reaction(MINUTE, MINUTE)}))[1] == (Turn.FIRST, Person.COLLEAGUE, first)


def test_at_five_an_urgent_one_leaves_the_desk_and_with_nobody_on_it_waits() -> None:
    assert steps(played(Gravity.URGENT, at("2026-03-18T16:50"), {}))[1][2] == 10
    assert steps(played(Gravity.URGENT, NIGHT, {}, rota=()))[1] == (Turn.SUPERVISOR, Person.SUPERVISOR, 15)


def test_while_the_service_is_down_nothing_moves() -> None:
    down = (NOON + 10 * MINUTE, NOON + 70 * MINUTE)
    found = played(Gravity.URGENT, NOON, {2: Reaction(MINUTE, MINUTE)}, down=down)
    assert steps(found)[1] == (Turn.FIRST, Person.COLLEAGUE, 70)
    assert found.acts[0] == Act(Person.COLLEAGUE, Ms(down[1] + MINUTE), decides=False)


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("2026-03-18T08:59", True),
        ("2026-03-18T09:00", False),
        ("2026-03-30T16:59", False),  # the clocks changed
        ("2026-03-30T17:00", True),
        ("2026-03-21T12:00", True),
        ("2026-04-03T12:00", True),
    ],
)
def test_office_hours_are_london_s(text: str, out: bool) -> None:
    assert is_out_of_hours(at(text)) is out
