"""A benchmark's result, as `bench/results/NAME.json` keeps it: the machine, ratios and figures.

The next run is compared with the file in the last commit.
"""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.goals import GOALS

ROOT: Final = Path(__file__).parents[1]
RESULTS: Final = Path(__file__).parent / "results"
DIGITS: Final = 4


class NotMeasured(Exception):
    """Something that was to be measured did not work."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one benchmark measured. A figure's name ends in its unit."""

    ratios: dict[str, float]
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark measured, and on what."""

    machine: dict[str, Any]
    ratios: dict[str, float]
    figures: dict[str, float]

    @classmethod
    def of(cls, machine: Mapping[str, Any], found: Found) -> "Result":
        """Rounded, so that a file holds no digits that mean nothing."""
        return cls(dict(machine), _rounded(found.ratios), _rounded(found.figures))

    def save(self, name: str) -> Path:
        """Write the benchmark's file."""
        RESULTS.mkdir(exist_ok=True)
        file = RESULTS / f"{name}.json"
        file.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")
        return file


def load(text: str) -> Result:
    """A result from a file's text. Raises KeyError or ValueError for anything else."""
    doc = json.loads(text)
    return Result(doc["machine"], doc["ratios"], doc["figures"])


def committed(name: str) -> Result | None:
    """What the last commit says of the benchmark."""
    shown = subprocess.run(  # noqa: S603 - a name of GOALS
        ["git", "show", f"HEAD:./bench/results/{name}.json"],  # noqa: S607 - the git that made this checkout
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return load(shown.stdout) if shown.returncode == 0 else None


def missed(name: str, result: Result) -> list[str]:
    """The ratios of a benchmark that do not keep their goals. A result of an earlier day may lack a ratio that has a goal since."""
    return [one for one, goal in GOALS[name].items() if one in result.ratios and not goal.is_met(result.ratios[one])]


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: float(f"{value:.{DIGITS}g}") for name, value in values.items()}
