"""verify.seconds_100_items: a stranger's `offmon verify` of a bundle of a good 100 items, from process start to verdict.

The bundle is made honestly from `core` alone, with all that a case has: orders, profiles, two epochs, alerts, a log with a witness.
"""

import cProfile
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Final

from bench.ground import Ground, clean
from bench.inside import hottest as lines_of
from bench.result import Found, NotMeasured
from offmon.verify.app import judge
from tests.support.forge import Forge, Forged, save_trust

ITEMS: Final = 100
RUNS: Final = 7
LIMIT_S: Final = 1.0


def measure(ground: Ground) -> Found:
    """The median of some runs."""
    forged = _forged()
    bundle, trust = ground.folder / "bundle.zip", ground.folder / "trust.json"
    bundle.write_bytes(forged.bundle())
    trust.write_bytes(save_trust(forged.trust))
    seconds = median(_seconds(bundle, trust) for _ in range(RUNS))
    return Found(
        ratios={"verify.seconds_100_items": seconds / LIMIT_S},
        figures={
            "verify.wall_s": seconds,
            "verify.items": sum(path.startswith("data/items/") for path in forged.payload),
            "verify.entries": len(forged.forge.lines),
            "verify.bundle_bytes": bundle.stat().st_size,
        },
    )


def hottest(ground: Ground) -> list[str]:  # noqa: ARG001  # a benchmark's two functions are alike
    """A profile of the verdict, the start of the interpreter left out."""
    forged = _forged()
    profile = cProfile.Profile()
    profile.runcall(judge, forged.bundle(), forged.trust)
    return lines_of(profile).splitlines()


def _forged() -> Forged:
    return Forge("bench", items=ITEMS).build()


def _seconds(bundle: Path, trust: Path) -> float:
    command = [sys.executable, "-m", "offmon", "verify", str(bundle), "--trust", str(trust)]
    began = time.perf_counter()
    ended = subprocess.run(command, env=clean(), capture_output=True, text=True, check=False)  # noqa: S603
    taken = time.perf_counter() - began
    if ended.returncode != 0:
        raise NotMeasured(f"the bundle does not verify: {ended.stdout}{ended.stderr}")
    return taken
