"""The closed list of answers to a bad request (RFC 9457)."""

import json

import pytest

from offmon.core.formats.problem import Problem, answer, by_uri


@pytest.mark.parametrize("problem", list(Problem))
def test_an_answer_says_its_type_title_and_status(problem: Problem) -> None:
    given = answer(problem, n=3)
    doc = json.loads(given.body)
    assert doc == {"type": problem.uri, "title": problem.title, "status": problem.status, "n": 3}
    assert given.status == problem.status
    assert by_uri(problem.uri) is problem


def test_no_two_problems_share_a_type() -> None:
    assert len({problem.uri for problem in Problem}) == len(Problem)
    assert by_uri("urn:offmon:problem:other") is None
    assert by_uri("about:blank") is None


def test_every_problem_tells_the_device_to_stop_or_to_come_again() -> None:
    assert {problem.status for problem in Problem} <= {400, 401, 403, 404, 409, 413, 422, 429, 503}
