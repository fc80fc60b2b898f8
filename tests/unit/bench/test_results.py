"""What `make bench` promises, writes and prints. No test measures speed."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench import page, table
from bench.goals import GOALS, Goal
from bench.ground import percentile
from bench.machine import describe
from bench.result import RESULTS, Found, Result, load, missed
from bench.watched import Stopwatch

MACHINE = {"cpu": "An invented processor", "cores": 2}


def result(name: str, ratio: float) -> Result:
    return Result.of(MACHINE, Found(dict.fromkeys(GOALS[name], ratio), {f"{name}.p95_ms": 12.34567}))


def test_the_goals_are_those_that_were_set() -> None:
    bounds = {ratio: str(goal) for goals in GOALS.values() for ratio, goal in goals.items()}
    assert bounds == {
        "intake.of_ceiling": "≥ 0.4",
        "intake.of_aw_server": "≥ 1",
        "heartbeats.of_goal": "≥ 1",
        "fleet.of_100000": "≥ 1",
        "fleet.growth": "≤ 1.2",
        "fleet.queue_lag": "≤ 1",
        "audit.of_ceiling": "≥ 0.5",
        "verify.seconds_100_items": "≤ 1",
        "visit_to_queue": "≤ 1",
        "night.to_mailbox": "≤ 1",
        "night.to_queue": "≤ 1",
        "queue_page": "≤ 1",
        **dict.fromkeys((f"pages.{one}" for one in ("officer", "supervisor", "person", "statements")), "≤ 1"),
        "log_page": "≤ 1",
        "log.sequencing": "≥ 1",
        "log.checkpoint_s": "≤ 1",
        "log.proof": "≤ 1",
        **dict.fromkeys(
            (f"device.{one}" for one in ("idle_cpu", "browsing_cpu", "wake_ups", "private", "start", "day_bytes")),
            "≤ 1",
        ),
        "set_up.first": "≤ 1",
        "set_up.again": "≤ 1",
        "integrity.row": "≤ 1",
        "integrity.at_rest": "≤ 1",
        "tip_off": "≤ 1.05",
        "feed.of_ceiling": "≥ 0.2",
        "compile.of_parts": "≥ 0.005",
        "matching.memory": "≤ 1",
        "matching.page": "≤ 1",
        "matching.of_automaton": "≥ 0.5",
        "page_load.median": "≤ 1.03",
        "page_load.p95": "≤ 1.1",
        "page_load.read.median": "≤ 1.03",
        "page_load.read.p95": "≤ 1.1",
        **dict.fromkeys(
            (
                f"availability.{attack}"
                for attack in ("none", "locks", "transactions", "connections", "objects", "bodies")
            ),
            "≤ 1",
        ),
    }


@pytest.mark.parametrize("name", GOALS)
def test_each_goal_has_a_benchmark_and_a_committed_result_that_names_its_machine(name: str) -> None:
    assert find_spec(f"bench.{name}") is not None
    found = load((RESULTS / f"{name}.json").read_text("utf-8"))
    assert found.ratios.keys() == GOALS[name].keys()
    assert found.machine.keys() >= {"cpu", "cores", "memory_gib", "kernel", "python", "postgresql", "fsync_ms"}
    assert all(isinstance(value, int | float) for value in (*found.ratios.values(), *found.figures.values()))


def test_the_page_shows_each_committed_result_with_its_goal_and_what_limits_it() -> None:
    assert page.LIMITS.keys() == GOALS.keys()
    assert page.PAGE.read_text("utf-8") == page.text(page.held()), "run `python -m bench` for it, which draws the page"
    slow = page.text({"queue_page": result("queue_page", 1.2)})
    assert "| 1.2 | ≤ 1 | **missed** |" in slow


def test_no_result_lies_there_without_a_benchmark() -> None:
    assert {file.stem for file in RESULTS.iterdir()} == set(GOALS)


def test_a_result_has_three_parts_and_survives_its_file() -> None:
    text = json.dumps({"machine": MACHINE, "ratios": {"queue_page": 0.5}, "figures": {"queue_page.p95_ms": 12.35}})
    assert load(text) == Result.of(MACHINE, Found({"queue_page": 0.5}, {"queue_page.p95_ms": 12.3499}))


@pytest.mark.parametrize(
    ("goal", "ratio", "met"),
    [
        (Goal(0.4, at_least=True, what=""), 0.4, True),
        (Goal(0.4, at_least=True, what=""), 0.39, False),
        (Goal(1.0, at_least=False, what=""), 1.0, True),
        (Goal(1.0, at_least=False, what=""), 1.01, False),
    ],
)
def test_a_goal_is_met_at_its_bound_and_not_beyond(goal: Goal, ratio: float, *, met: bool) -> None:
    assert goal.is_met(ratio) is met


def test_a_missed_goal_is_red_and_a_figure_stands_beside_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    slow, before = result("queue_page", 1.2), result("queue_page", 0.5)
    assert missed("queue_page", slow) == ["queue_page"]
    _, ratio, figure = table.text("queue_page", slow, before).splitlines()
    assert ratio.startswith(table.RED)
    assert ratio.removeprefix(table.RED).split()[:3] == ["queue_page", "1.2", "0.5"]
    assert "MISSED" in ratio
    assert figure.split() == ["queue_page.p95_ms", "12.35", "12.35"]
    met = table.text("queue_page", before, None)
    assert table.RED not in met
    assert "- " in met


def test_without_colours_a_missed_goal_is_still_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    said = table.text("queue_page", result("queue_page", 1.2), None)
    assert "MISSED" in said
    assert table.RED not in said


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile([3, 1, 2, 4], share) for share in (0.25, 0.5, 0.95, 1.0)] == [1, 2, 4, 4]
    assert percentile(range(1, 101), 0.95) == 95


def test_the_stopwatch_gives_each_moment_to_one_share() -> None:
    watch, calls = Stopwatch(), []

    def inner() -> None:
        calls.append("inner")

    timed_inner = watch.timed("inner", inner)
    watch.timed("outer", lambda: (timed_inner(), timed_inner()))()
    taken = watch.taken()
    assert calls == ["inner", "inner"]
    assert taken.keys() == {"framework", "outer", "inner"}
    assert min(taken.values()) >= 0
    assert watch.taken().keys() == {"framework"}


def test_a_machine_says_what_it_is(tmp_path: Path) -> None:
    found = describe(tmp_path)
    assert found["cores"] >= 1
    assert found["postgresql"][:2].isdigit()
