"""Turns of the integrity process, in this test, as its own role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from offmon.core.clock import MINUTE_MS
from offmon.core.ids import Ms
from offmon.server.audit.policy import Against, against_all
from offmon.server.base.actor import Service, service
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.oversight.integrity.memory import Memory
from offmon.server.oversight.integrity.walk import Walk
from offmon.server.processes.integrity.turn import turn
from tests.support.fake_device import now
from tests.support.story import Story


@dataclass
class Walking:
    """`minutes`: how many have gone by, as the process is told: each look is a scan later than the one before."""

    story: Story
    walk: Walk
    minutes: int = 0

    def look(self) -> set[Against]:
        """What stands against rows, once the log is placed and each row was looked at that was written since."""
        self.story.publish()
        with self.story.running(Process.INTEGRITY):
            for _ in range(2):  # a scan puts off what the next turn looks at
                self.minutes += 1
                while turn(self.walk, Ms(now() + self.minutes * MINUTE_MS)):
                    pass
            with scope(service(Service.INTEGRITY, self.story.agency)):
                return set(against_all())


@contextmanager
def walking(story: Story, folder: Path) -> Iterator[Walking]:
    """From a memory of its own, which has seen every row."""
    memory = Memory(folder / "rows.sqlite")
    try:
        yield Walking(story, Walk(memory, story.agency))
    finally:
        memory.close()
