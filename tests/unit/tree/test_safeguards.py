"""The page of safeguards says what is there: drawn from the register, and every name in it exists. (That each test fails without its
safeguard is `make prove-safeguards`'s to show; that it calls the function, each run of it shows, by `tests/prove/reached.py`.)"""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.prove.register import PAGE, ROOT, Safeguard, page, safeguards
from tests.prove.replacing import resolve
from tests.prove.shapes import misfits
from tests.server import set_up_django

set_up_django()

from tests.integration.base.test_backstops import REFUSED  # noqa: E402  # models cannot be imported before Django is set up

SAFEGUARDS = safeguards()
NAMED = re.compile(r"`([a-z0-9_]+)`")  # a thing of the database's; a function has dots, a file has slashes
DOTTED = re.compile(r"`(\w+(?:\.\w+)+)`")
DROPPED = re.compile(r"drop (?:constraint|trigger) (?:if exists )?([a-z0-9_]+)")
BY_ROW = re.compile(r"test_the_database_refuses\[(\w+)\]$")


def test_the_page_is_drawn_from_the_register() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make safeguards`"


def test_each_safeguard_has_a_number_of_its_own() -> None:
    numbers = [int(one.id.removeprefix("S")) for one in SAFEGUARDS]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.id)
def test_its_function_exists(safeguard: Safeguard) -> None:
    for one in safeguard.functions:
        holder, name = resolve(one.function)
        assert callable(getattr(holder, name))


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.id)
def test_what_stands_in_for_its_function_has_the_shape_of_it(safeguard: Safeguard) -> None:
    assert [misfits(one) for one in safeguard.functions if misfits(one)] == []


@pytest.mark.parametrize(
    ("safeguard", "disabled", "wrong"),
    [
        ("S2", "lambda profile: 3", "it gives 3"),
        ("S4", "lambda grant, body: 3", "it gives 3"),
        ("S4", "lambda grant: None", "it takes ['grant'], and the function ['grant', 'body']"),
        ("S45", "lambda actor, asked: [(0, 1)]", "it gives [(0, 1)]"),
        ("S70", "lambda agency, control, asked: (1, 0)", "it gives (1, 0)"),
    ],
)
def test_another_shape_is_seen(safeguard: str, disabled: str, wrong: str) -> None:
    [one] = [one for one in SAFEGUARDS if one.id == safeguard]
    assert misfits(replace(one.functions[0], disabled=disabled)).startswith(wrong)


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.id)
def test_its_tests_exist(safeguard: Safeguard) -> None:
    for named in (*(one.test for one in safeguard.functions), *(stop.backstop_test for stop in safeguard.backstops)):
        path, _, test = named.partition("::")
        found = ROOT / path
        assert found.exists()
        assert not test or re.search(rf"def {re.escape(test.partition('[')[0])}\(", Path(found).read_text("utf-8"))


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.id)
def test_each_thing_of_the_databases_that_it_names_is_taken_away_in_turn(safeguard: Safeguard) -> None:
    """Issue 2: each function is disabled in turn and its named test fails; each constraint likewise."""
    taken_away = {word for stop in safeguard.backstops for word in re.findall(r"\w+", stop.drop)}
    assert {*NAMED.findall(safeguard.backstop)} <= taken_away


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.id)
def test_each_function_that_it_names_is_disabled_in_turn(safeguard: Safeguard) -> None:
    """Issue 2, as above: whether it keeps the promise or stands behind what does. A module is no name of a function."""
    assert {*DOTTED.findall(safeguard.backstop)} <= {one.function for one in safeguard.functions}


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda one: one.id)
def test_what_is_taken_away_is_what_its_row_tries(safeguard: Safeguard) -> None:
    for stop in safeguard.backstops:
        for row in BY_ROW.findall(stop.backstop_test):
            assert row in REFUSED
            assert DROPPED.findall(stop.drop) == [row]


def test_no_two_safeguards_are_one() -> None:
    """A promise that is kept by one function and shown by one test is one promise, however it is worded."""
    shown = [(one.functions[0].function, one.functions[0].test) for one in SAFEGUARDS]
    assert [twice for twice in {*shown} if shown.count(twice) > 1] == []
