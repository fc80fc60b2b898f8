"""What counts as a proof that a safeguard's test fails without it, and what only looks like one (`tests.prove`)."""

import pytest

from offmon.core.ids import Id
from offmon.core.log.records import check_two_people
from tests.prove.proving import Try, prove
from tests.prove.reached import code_of, watching
from tests.prove.verdict import Outcome, Run, why_not_proved

TEST = "tests/unit/core/log/test_records.py::test_two_people_are_two"
FUNCTION = "offmon.core.log.records.check_two_people"
GREEN = Run(tuple(Outcome("t.py::test", phase) for phase in ("setup", "call", "teardown")))


def run(phase: str, said: str = "AssertionError: assert 1 == 2", *, misshapen: bool = False) -> Run:
    """A run in which one phase fails."""
    return Run((Outcome("t.py::test", "setup"), Outcome("t.py::test", phase, (said,), misshapen)))


@pytest.mark.parametrize(
    ("present", "absent", "why"),
    [
        (GREEN, run("call"), ""),
        (GREEN, GREEN, "without it: the test passes"),
        (GREEN, Run(), "without it: no test ran"),
        (GREEN, run("setup", "TypeError: x"), "without it: setup: TypeError: x"),
        (GREEN, run("teardown"), "without it: teardown: AssertionError: assert 1 == 2"),
        (GREEN, Run(run("call").outcomes + run("teardown").outcomes), ""),  # it left something open
        (GREEN, run("collect", "SyntaxError: x"), "without it: collect: SyntaxError: x"),
        (GREEN, run("call", "TypeError: x", misshapen=True), "without it: the wrong shape: TypeError: x"),
        (GREEN, Run(run("call").outcomes, broke="the replacement: KeyError: x"), "without it: the replacement: KeyError: x"),
        (GREEN, Run(ended="pytest ended with 4: x"), "without it: pytest ended with 4: x"),
        (run("call"), run("call"), "with it: call: AssertionError: assert 1 == 2"),
        (run("setup"), run("call"), "with it: setup: AssertionError: assert 1 == 2"),
        (Run(), run("call"), "with it: no test ran"),
        (Run((Outcome("t.py::test", "setup"),)), run("call"), "with it: no test ran"),  # skipped
    ],
)  # fmt: skip
def test_only_a_failure_of_the_test_itself_for_the_right_reason_is_one(present: Run, absent: Run, why: str) -> None:
    assert why_not_proved(present, absent) == why


def test_a_function_that_was_called_is_seen_and_no_other() -> None:
    asked, other = code_of(FUNCTION), code_of("offmon.core.log.records.check_two_sessions")
    with watching({asked, other}) as seen:
        assert seen == set()
        check_two_people(Id("a" * 32), Id("b" * 32), "an invented act")
        assert seen == {asked}


def test_what_another_test_did_is_no_part_of_it() -> None:
    spoilt = Run((Outcome("t.py::test_two", "call", ("x",)), Outcome("t.py::test[row]", "call")))
    assert spoilt.of("t.py::test").outcomes == (Outcome("t.py::test[row]", "call"),)


@pytest.mark.parametrize(
    ("test", "function", "instead", "why"),
    [
        (TEST, FUNCTION, "lambda first, second, what: None", ""),
        (TEST, FUNCTION, "original", "without it: the test passes"),
        (TEST, FUNCTION, "lambda: None", "without it: the replacement: TypeError: "),
        (TEST, FUNCTION, "lambda first, second, what: nowhere", "without it: the replacement: NameError: "),
        (TEST, f"{FUNCTION}_once", "lambda: None", "without it: pytest ended with 1: AttributeError: "),
        (f"{TEST}_once", FUNCTION, "lambda: None", "with it: "),
        (TEST, FUNCTION, "lambda first, second, what: __import__('pytest').skip('x')", "without it: skip: Skipped: x"),
        (
            "tests/unit/core/alerts/test_exhibit.py::test_what_a_hand_over_is",
            "offmon.core.alerts.exhibit.check_hand_over",
            "lambda last, following: nowhere",
            "without it: the replacement: NameError: ",
        ),
    ],
)
def test_a_function_is_replaced_for_its_test_alone(test: str, function: str, instead: str, why: str) -> None:
    [proof] = prove([Try("S0", "function", test, ("--instead", function, instead))])
    assert proof.wrong == why or (why.endswith(": ") and proof.wrong.startswith(why))
