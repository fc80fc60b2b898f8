"""The devices that one turn of a job looks at: those of cases that the log lately names, and the next 500 of all.

A fleet has too many to be looked at each second. Of 100,000 each is looked at within minutes, and whatever changed at once.
"""

from collections.abc import Collection
from typing import Final

from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.audit.queries import cases_named
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.deployments.queries.renewal import some_devices
from offmon.server.processes.worker.jobs import COMMITTED_WITHIN_MS

AT_ONCE: Final = 500
OF_A_FLEET: Final = frozenset({Verb.BATCH_RECEIVED, Verb.DEVICE_DAY, Verb.HOURS_RECORDED})
"""Written all day of each device, and no ground for another profile."""


class InTurn:
    """Whose turn it is. An entry may be committed a little after its own time."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._since = clock.now()
        self._after: Id | None = None

    def __call__(self) -> Collection[Id]:
        """The devices of this turn."""
        now = clock.now()
        cases = cases_named(Ms(self._since - COMMITTED_WITHIN_MS), but=OF_A_FLEET, actor=self._actor)
        with scope(self._actor):
            some, self._after = some_devices(cases, self._after, AT_ONCE)
        self._since = now
        return some
