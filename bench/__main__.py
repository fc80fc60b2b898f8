"""python -m bench [NAME …]: measure all or some, write bench/results/NAME.json and docs/performance.md, and print each beside
the last committed one.

A missed goal is printed in red with the ten hottest lines of a profile. The exit status says whether everything could be measured. The
reader judges whether the goals were met, on this machine and with its other load.
"""

import argparse
import sys
import time
from functools import partial
from importlib import import_module

from bench import machine, page, table
from bench.goals import GOALS
from bench.ground import Ground, grounded
from bench.result import NotMeasured, Result, committed, missed
from offmon.core.errors import OffmonError
from tests.server import set_up_django


def main(arguments: list[str]) -> int:
    """Run what was asked for; returns the exit status."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure Offmon on this machine.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(GOALS))
    asked = parser.parse_args(arguments).names or list(GOALS)
    unknown = set(asked) - set(GOALS)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(GOALS)}")
    set_up_django()  # before a benchmark is imported: models cannot be, until then
    with grounded() as ground:
        _say(", ".join(f"{key} {value}" for key, value in machine.describe(ground.folder).items()) + "\n")
        return 0 if all(list(map(partial(_ran, ground), asked))) else 1


def _ran(ground: Ground, name: str) -> bool:
    """Run one, and say so where it cannot be: without a display there is no agent, and the others are still of interest."""
    try:
        _run(name, ground)
    except (OffmonError, NotMeasured) as error:
        _say(table.red(f"{name} could not be measured. {error}\n"))
        return False
    return True


def _run(name: str, ground: Ground) -> None:
    began = time.monotonic()
    module = import_module(f"bench.{name}")
    described = machine.describe(ground.folder)
    result = Result.of(described, module.measure(ground))
    before = committed(name)
    file = result.save(name)
    page.draw()
    _say(table.text(name, result, before))
    for ratio in missed(name, result):
        _say(table.red(f"{ratio} is missed. What takes longest:\n" + "\n".join(module.hottest(ground))))
    _say(f"{file.name} written after {time.monotonic() - began:.0f} s\n")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
