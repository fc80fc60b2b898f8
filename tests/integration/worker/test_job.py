"""A failing job is tried again ever less often, is logged by its code alone, and stops no other."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from offmon.core.errors import Refused
from offmon.server.processes.worker.job import FIRST_WAIT_S, LONGEST_TURN_S, LONGEST_WAIT_S, Each, Job, Round
from offmon.server.processes.worker.loop import turn_of


def failing(error: Exception) -> Job:
    def do() -> bool:
        raise error

    return Job("failing", do)


def test_a_job_that_did_something_is_due_again_at_once() -> None:
    job = Job("busy", lambda: True, every_s=60)
    assert job.turn(100.0)
    assert job.turn(100.0)


def test_a_job_that_found_nothing_waits_its_own_time() -> None:
    asked: list[float] = []

    def do() -> bool:
        asked.append(1)
        return False

    job = Job("idle", do, every_s=5)
    for now in (0.0, 1.0, 4.9, 5.0):
        job.turn(now)
    assert len(asked) == 2


def test_waits_after_failures_double_up_to_a_minute() -> None:
    job, now, waits = failing(Refused("down", "It is down.")), 0.0, []
    for _ in range(10):
        assert not job.turn(now)
        waits.append(job.due - now)
        now = job.due
    assert waits[:4] == [FIRST_WAIT_S * 2**n for n in range(4)]
    assert waits[-1] == LONGEST_WAIT_S


def test_a_success_ends_the_waiting() -> None:
    results: Iterator[Refused | bool] = iter([Refused("down", "It is down."), False, Refused("down", "Again.")])

    def do() -> bool:
        result = next(results)
        if isinstance(result, Exception):
            raise result
        return result

    job = Job("shaky", do)
    job.turn(0.0)
    job.turn(job.due)
    at = job.due
    job.turn(at)
    assert job.due - at == FIRST_WAIT_S


@pytest.mark.parametrize(
    ("error", "said"),
    [(Refused("witness-silent", "secret row"), "witness-silent"), (ValueError("secret row"), "ValueError")],
)
def test_what_is_logged_is_a_code_and_never_the_error_itself(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    failing(error).turn(0.0)
    assert said in caplog.text
    assert "secret row" not in caplog.text


# --- the same for each of many rows ---------------------------------------------------------------------------------------


def noting(asked: list[str], row: str, *errors: Exception | None) -> Callable[[], bool]:
    """Notes that the row was tried, and fails in turn."""
    left = iter(errors)

    def do() -> bool:
        asked.append(row)
        error = next(left, None)
        if error is not None:
            raise error
        return True

    return do


def test_a_row_that_fails_keeps_no_other_waiting_and_is_tried_again_later() -> None:
    asked, each = list[str](), Each("rows")
    rows = {"a": noting(asked, "a", ValueError("secret row")), "b": noting(asked, "b")}
    assert each.turn(rows)
    assert asked == ["a", "b"]
    assert each.turn(rows)
    assert asked == ["a", "b", "b"]  # what failed is not due yet
    assert not each.turn({"a": rows["a"]})


def test_a_row_that_no_longer_waits_is_forgotten() -> None:
    asked, each = list[str](), Each("rows")
    row = {"a": noting(asked, "a", ValueError("once"))}
    each.turn(row)
    assert not each.turn({})
    assert each.turn(row)
    assert asked == ["a", "a"]


def test_what_is_no_rows_own_fault_ends_the_turn_and_the_row_that_found_it_goes_last() -> None:
    asked, each, down = list[str](), Each("rows"), Refused("down", "It is down.")
    rows = {"a": noting(asked, "a", down), "b": noting(asked, "b")}
    with pytest.raises(Refused, match="down"):
        each.turn(rows, ends="down")
    assert asked == ["a"]
    assert each.turn(rows, ends="down")  # an error of before is not raised again
    assert asked == ["a", "b"]


def test_many_rows_leave_the_other_jobs_their_turn_and_each_row_comes_to_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticks = count(0.0, LONGEST_TURN_S / 4)
    monkeypatch.setattr("offmon.server.processes.worker.job.time.monotonic", lambda: next(ticks))
    asked, each = list[str](), Each("rows")

    def row(name: str) -> Callable[[], bool]:
        def do() -> bool:
            asked.append(name)
            return False

        return do

    rows = {name: row(name) for name in "abcde"}
    turns = [each.turn(rows)]
    assert turns == [True]  # something is left to do
    assert asked == ["a", "b"]
    while turns[-1]:
        turns.append(each.turn(rows))
    assert asked == list("abcde"), "nobody is passed over, and nobody comes twice"
    each.turn(rows)
    assert asked[5:] == ["a", "b"]


def test_very_many_rows_are_looked_for_once_and_again_when_each_had_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offmon.server.processes.worker.job.AT_ONCE", 2)
    waiting, looks, done = set(range(5)), list[int](), list[int]()

    def look() -> list[int]:
        looks.append(len(waiting))
        return sorted(waiting)

    def do(row: int) -> bool:
        done.append(row)
        if row == 0:
            raise ValueError("secret row")
        waiting.discard(row)
        return True

    rows = Round("rows", look, do)
    while rows():
        assert len(looks) == 1, "it goes on with those that it found"
    assert sorted(done) == [0, 1, 2, 3, 4], "what fails keeps no other waiting, and is not tried at once"
    waiting.add(6)
    assert rows()
    assert looks == [5, 2]
    assert done[-1] == 6


def test_the_log_waits_for_no_other_job_longer_than_that_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    now, order = [0.0], list[str]()
    monkeypatch.setattr("offmon.server.processes.worker.loop.time.monotonic", lambda: now[0])

    def job(name: str, takes_s: float, *, often: bool = False) -> Job:
        def do() -> bool:
            order.append(name)
            now[0] += takes_s
            return False

        return Job(name, do, often=often)

    jobs = [job("sequence", 0.1, often=True), *(job(name, 0.3) for name in "abc"), job("d", 0.1)]
    assert not turn_of(jobs)
    assert order == ["sequence", "a", "b", "sequence", "c", "d"]
