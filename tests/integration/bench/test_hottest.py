"""A missed goal is printed with the ten hottest lines of a profile, for each benchmark (issue 2, `make bench`)."""

from importlib import import_module

import pytest

from bench.goals import GOALS
from bench.ground import Ground
from bench.inside import TOP

# As little of each as has a profile; how fast it is does not matter here.
LITTLE: dict[str, dict[str, float]] = {
    "intake": {"ALONE": 8},
    "heartbeats": {"PROFILED": 16},
    "fleet": {"INSIDE": 20},
    "queue_page": {"CASES": 41, "PAGES": 8},
    "pages": {"CASES": 600, "LEAVES": 24_000},
    "log_page": {"ENTRIES": 1000, "CASES": 5, "STAFF": 3},
    "tip_off": {"ROUNDS": 3},
    "device": {"IDLE_S": 1.0},
    "feed": {"CHANGES": 20, "LICENCES": 4},
    "matching": {"PHRASES": 40, "SITES": 40, "PAGE_BYTES": 4_000},
    "log": {"WAITING": 300},
    "integrity": {"BATCHES": 2, "FINDINGS": 5, "SINGLE": 5},
}
IN_A_BROWSER = {
    "visit_to_queue",
    "availability",
    "night",
    "page_load",
    "set_up",
}  # `make bench` alone has them: half a minute for the same ten lines, or none


@pytest.mark.parametrize("name", [one for one in GOALS if one not in IN_A_BROWSER])
def test_what_takes_longest_is_said_in_a_profilers_ten_lines(
    name: str, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module(f"bench.{name}")
    for what, little in LITTLE.get(name, {}).items():
        monkeypatch.setattr(module, what, little)
    lines = module.hottest(ground)
    head = next(place for place, line in enumerate(lines) if line.split()[:2] == ["ncalls", "tottime"])
    assert head <= 1, "at most one line of its own before them"
    profile = lines[head + 1 :]
    assert len(profile) == TOP
    for line in profile:
        calls, *seconds, what = line.split(maxsplit=5)
        assert int(calls.partition("/")[0]) > 0
        assert len([float(one) for one in seconds]) == 4
        assert ":" in what or what.startswith(("{", "<"))
