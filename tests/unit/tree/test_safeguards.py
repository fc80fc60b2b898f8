"""The page of safeguards says what is there: it is drawn from the register and the markers, and every name in it exists.

(That each test fails without its safeguard is `make prove-safeguards`'s to show; that it calls the function, each run of it shows, by
`tests/prove/reached.py`.)
"""

import re

import pytest

from tests.prove.markers import proves
from tests.prove.register import PAGE, page, safeguards

NAMED = re.compile(r"`([a-z0-9_]+)`")  # a thing of the database's; a function has dots, a file has slashes
DOTTED = re.compile(r"`(\w+(?:\.\w+)+)`")


def test_the_page_is_drawn_from_the_register() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make safeguards`"


def test_each_safeguard_has_a_number_of_its_own() -> None:
    numbers = [int(one.id.removeprefix("S")) for one in safeguards()]
    assert numbers == sorted(set(numbers))


def test_a_marker_of_no_safeguard_is_refused() -> None:
    with pytest.raises(ValueError, match="has no S0"):
        proves("S0", drop="drop index one")


def test_one_function_keeps_each_promise_and_the_others_are_those_that_its_backstop_names() -> None:
    """Issue 2: each function is disabled in turn and its named test fails, whether it keeps the promise or stands behind what does."""
    wrong = {}
    for one in safeguards():
        keeper, *others = [function.what for function in one.functions] or [""]
        behind = {*DOTTED.findall(one.backstop)}
        if not keeper or keeper in behind or {*others} != behind or not one.backstop:
            wrong[one.id] = (keeper, others, behind)
    assert wrong == {}


def test_each_marker_has_a_test_that_shows_it() -> None:
    """One that names a row of a table names one that there is."""
    shown = {one.id: [*one.functions, *one.backstops] for one in safeguards()}
    assert [(one, which.what) for one, each in shown.items() for which in each if not which.test] == []


def test_each_thing_of_the_databases_that_a_backstop_names_is_taken_away_in_turn() -> None:
    """Issue 2, as above: each constraint likewise."""
    for one in safeguards():
        taken_away = {word for stop in one.backstops for word in re.findall(r"\w+", stop.what)}
        assert {*NAMED.findall(one.backstop)} <= taken_away, one.id


def test_no_two_safeguards_are_one() -> None:
    """A promise that is kept by one function and shown by one test is one promise, however it is worded."""
    shown = [one.functions[0] for one in safeguards()]
    assert [twice for twice in {*shown} if shown.count(twice) > 1] == []
