"""integrity: how long the process takes to look at a row, and its share of one core when nothing happens.

A story's case gets batches of 500 findings, as ingest writes them, and single rows with an entry each. The process then walks through all
of it with an empty memory, and after that has a minute of turns in which nothing changes. Its own processor time counts, and the time that
it waits for the database.
"""

import cProfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench.ground import Ground
from bench.inside import hottest as lines_of
from bench.result import Found
from offmon.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from offmon.core.ids import Ms
from offmon.server.agencies.actions import grant_caseload
from offmon.server.base import clock
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.oversight.integrity.memory import Memory
from offmon.server.oversight.integrity.tables import models
from offmon.server.oversight.integrity.walk import TURN_MS, Walk
from offmon.server.processes.integrity.turn import turn
from tests.server import as_process
from tests.support.story import Story

BATCHES: Final = 20
FINDINGS: Final = 500
SINGLE: Final = 500
ROW_S: Final = HOUR_MS / SECOND_MS / 1_000_000
SHARE: Final = 0.05


def measure(ground: Ground) -> Found:
    """Both, on one database."""
    with _walk(ground) as walk:
        began = time.monotonic()
        minutes = _all_of_it(walk)
        rows, seconds = _rows(walk), time.monotonic() - began
        used, waited = time.process_time(), time.monotonic()
        for turns in range(MINUTE_MS // TURN_MS):
            turn(walk, Ms(clock.now() + minutes * MINUTE_MS + turns * TURN_MS))
        rest = max(time.process_time() - used, time.monotonic() - waited) / (MINUTE_MS / SECOND_MS)
    return Found(
        ratios={"integrity.row": seconds / rows / ROW_S, "integrity.at_rest": rest / SHARE},
        figures={"rows": rows, "rows_per_s": rows / seconds, "core_at_rest_share": rest},
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of the walk from an empty memory."""
    with _walk(ground) as walk:
        profile = cProfile.Profile()
        profile.runcall(_all_of_it, walk)
    return lines_of(profile).splitlines()


@contextmanager
def _walk(ground: Ground) -> Iterator[Walk]:
    with ground.database() as (database, folder):
        story = Story(database, folder).play()
        for _ in range(BATCHES):
            story.disclose(FINDINGS)
            story.send()
        with as_process(database, Process.CONSOLE):
            for _ in range(SINGLE):
                with scope(story.officer, durable=True):
                    grant_caseload(new_id(), story.colleague.id, "works on it", actor=story.officer)
        story.publish()
        memory = Memory(folder / "rows.sqlite")
        with as_process(database, Process.INTEGRITY):
            yield Walk(memory, story.agency)
        memory.close()


def _all_of_it(walk: Walk) -> int:
    """Look until nothing is left to look at. How many minutes went by, as the process is told."""
    for minute in range(1, 4):
        while turn(walk, Ms(clock.now() + minute * MINUTE_MS)):
            pass
    return minute + 1


def _rows(walk: Walk) -> int:
    return sum(walk.memory.count(walk.agency, table) for table in models())
