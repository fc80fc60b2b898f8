"""python -m tests.e2e.kill [--seed N] [--pages N] [--kills N]: the kill -9 run of issue 2 in full. Exit status 1 if anything is off."""

import argparse
import secrets
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.e2e.kill.play import Asked, play
from trial.places import TrialHome, reachable_code
from trial.telling import Progress

PAGES, KILLS = 2_000, 42
LIMIT_S = 900.0  # on a quiet machine it takes a third of that


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.kill", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="a run that was played before; otherwise a new one")
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--kills", type=int, default=KILLS)
    given = parser.parse_args(arguments)
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # everything that was started ends in order
    folder = Path(tempfile.mkdtemp(prefix="offmon-kill-"))
    folder.chmod(0o711)
    home = TrialHome(folder / "run")
    sys.stdout.write(f"{folder} stays if anything is off; its logs lie in {home.logs}\n")
    table = play(Asked(seed, given.pages, given.kills, LIMIT_S), home, reachable_code(home), Progress())
    sys.stdout.write(f"\n{table.text()}")
    if table.wrong:
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
