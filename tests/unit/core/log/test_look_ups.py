"""Which look-ups are examined, as truth tables (R-SEC-19)."""

from dataclasses import replace

import pytest

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.look_ups import (
    ACTED_MS,
    GIVEN_MS,
    LOOK_UPS,
    MANY_PEOPLE,
    MANY_WITHIN_MS,
    WAITED_MS,
    LookUp,
    Standing,
    check_examines,
    chosen,
    is_at_work,
    is_own_family_name,
    too_many,
)
from offmon.core.log.verbs import Operation

NOW = Ms(1_781_006_400_000)
READER, PAGE = Id("f" * 32), Id("e" * 32)


def look(number: int, at: int = 0, request: Id | None = None) -> LookUp:
    return LookUp(Id(f"{number:032x}"), READER, Id(f"{number:031x}c"), Ms(NOW + at), request)


def test_a_look_up_is_a_look_at_personal_data() -> None:
    assert {verb.operation for verb in LOOK_UPS} == {Operation.CONSULTATION}


@pytest.mark.parametrize(
    ("standing", "at_work"),
    [
        (Standing(), False),
        (Standing(keeps=True), True),
        (Standing(waited_at=Ms(NOW - WAITED_MS)), True),
        (Standing(waited_at=Ms(NOW - WAITED_MS - 1)), False),
        (Standing(acted_at=Ms(NOW - ACTED_MS)), True),
        (Standing(acted_at=Ms(NOW - ACTED_MS - 1)), False),
        (Standing(given_at=Ms(NOW - GIVEN_MS)), True),
        (Standing(given_at=Ms(NOW - GIVEN_MS - 1)), False),
    ],
)
def test_a_look_up_is_at_work_where_a_task_or_earlier_work_leads_there(standing: Standing, *, at_work: bool) -> None:
    assert is_at_work(NOW, standing) is at_work


def test_a_page_that_lists_people_is_no_look_up_of_any() -> None:
    alone = [look(1), look(2, request=Id("d" * 32)), replace(look(3, request=Id("d" * 32)), case=look(2).case)]
    listed = [look(4, request=PAGE), look(5, request=PAGE)]
    assert chosen([*listed, *alone]) == alone


def test_a_morning_on_ones_own_caseload_is_not_many_people_and_one_more_is() -> None:
    ordinary = [look(number, number * clock.MINUTE_MS) for number in range(MANY_PEOPLE)]
    again = [replace(look(100 + number, number), case=ordinary[0].case) for number in range(50)]
    assert too_many([*ordinary, *again]) == []
    last = look(50, 30 * clock.MINUTE_MS)
    assert too_many([*ordinary, last]) == [last]
    assert too_many([*ordinary, replace(last, at=Ms(NOW + MANY_WITHIN_MS))]) == []


def test_it_is_said_once_an_hour() -> None:
    looks = [look(number, number * 1000) for number in range(MANY_PEOPLE * 3)]
    later = [replace(one, at=Ms(one.at + 2 * MANY_WITHIN_MS)) for one in looks]
    assert too_many([*looks, *later]) == [looks[MANY_PEOPLE], later[MANY_PEOPLE]]


@pytest.mark.parametrize(
    ("sought", "name", "own"),
    [
        ("Larch", "Ash Larch", True),
        ("  ash LARCH ", "Ash Larch", True),
        ("Ash", "Ash Larch", False),
        ("Larchmont", "Ash Larch", False),
        ("", "Ash Larch", False),
        ("larch", "", False),
        ("x", "Ash X", False),
    ],
)
def test_ones_own_family_name_is_the_last_word_of_ones_name(sought: str, name: str, *, own: bool) -> None:
    assert is_own_family_name(sought, name) is own


def test_nobody_examines_their_own_look_up_or_without_a_note() -> None:
    check_examines(PAGE, READER, "They covered for a colleague.")
    with pytest.raises(Refused, match="your own"):
        check_examines(READER, READER, "I know why.")
    with pytest.raises(Refused, match="what you found"):
        check_examines(PAGE, READER, " ")
