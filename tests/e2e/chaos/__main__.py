"""python -m tests.e2e.chaos [--seed N] [--runs N]: a device attacked at its files and clock. Exit status 1 if a page is lost or double."""

import argparse
import logging
import os
import secrets
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.e2e.chaos.play import ATTACKS, Tally, play

RUNS = 300
COLUMNS = ("runs", "pages", "delivered", "declared", "shown", "lost", "double")
HEADS = ("attack", "runs", "pages", "delivered", "in declared gap", "in shown gap", "lost", "double")


def one(seed: int) -> tuple[str, Tally]:
    """The run of a seed: each kind of attack comes in turn."""
    logging.disable(logging.CRITICAL)  # thousands of warnings of full disks
    kind = list(ATTACKS)[seed % len(ATTACKS)]
    with tempfile.TemporaryDirectory(prefix="om-chaos-") as folder:
        return kind, play(seed, kind, Path(folder))


def table(found: dict[str, Tally]) -> str:
    """By kind of attack, and in all."""
    whole = {**found, "all": added(list(found.values()))}
    rows = [HEADS, *((kind, *(str(getattr(tally, name)) for name in COLUMNS)) for kind, tally in whole.items())]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEADS))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def added(tallies: list[Tally]) -> Tally:
    """Their sum."""
    whole = Tally(*(sum(getattr(one, name) for one in tallies) for name in COLUMNS))
    whole.off = [line for one in tallies for line in one.off]
    return whole


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="the first run's; otherwise a new one")
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args(arguments)
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    began, found = time.monotonic(), {kind: list[Tally]() for kind in ATTACKS}
    with ProcessPoolExecutor(os.cpu_count()) as several:
        for kind, tally in several.map(one, range(seed, seed + given.runs)):
            found[kind].append(tally)
    tallies = {kind: added(some) for kind, some in found.items()}
    off = added(list(tallies.values())).off
    sys.stdout.write("".join(f"{line}\n" for line in off))
    sys.stdout.write(f"{table(tallies)}\nseeds {seed} to {seed + given.runs - 1}, {time.monotonic() - began:.0f} s\n")
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
