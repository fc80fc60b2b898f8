"""Results as a table for people: this run, the last commit's, and the goal."""

import os
from typing import Final

from bench.goals import GOALS
from bench.result import Result, missed

RED: Final = "\033[31m"
PLAIN: Final = "\033[0m"
NAME: Final = 44
VALUE: Final = 12


def text(name: str, now: Result, before: Result | None) -> str:
    """The table of one benchmark; a ratio that misses its goal is red, unless NO_COLOR is set (no-color.org)."""
    lines = [f"{name:<{NAME}}{'now':>{VALUE}}{'last':>{VALUE}}  goal"]
    failing = missed(name, now)
    for ratio, goal in GOALS[name].items():
        verdict = "MISSED" if ratio in failing else "met"
        line = (
            _line(ratio, now.ratios[ratio], before.ratios.get(ratio) if before else None)
            + f"  {goal} {verdict}: {goal.what}"
        )
        lines.append(red(line) if ratio in failing else line)
    figures = before.figures if before else {}
    lines += [_line(f"  {key}", value, figures.get(key)) for key, value in now.figures.items()]
    return "\n".join(lines)


def red(words: str) -> str:
    """The words, so that they are not overlooked."""
    return words if os.environ.get("NO_COLOR") else f"{RED}{words}{PLAIN}"


def _line(key: str, now: float, before: float | None) -> str:
    return f"{key:<{NAME}}{now:>{VALUE},.4g}{'-' if before is None else f'{before:,.4g}':>{VALUE}}"
