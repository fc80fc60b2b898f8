"""The kill -9 run in short: every victim at least once. `make kill` plays it in full."""

import shutil
import sys

from tests.database import short_folder
from tests.e2e.kill.play import Asked, play
from trial.places import TrialHome, reachable_code

SHORT = Asked(seed=2026, pages=300, kills=8, limit_s=300)


def test_each_page_is_delivered_once_or_its_time_is_declared_whatever_is_killed() -> None:
    with short_folder() as folder:
        home = TrialHome(folder / "run")
        try:
            table = play(SHORT, home, reachable_code(home), lambda what: print(what, file=sys.stderr))  # noqa: T201
        finally:
            shutil.rmtree(home.path)
    assert table.wrong == [], table.text()
