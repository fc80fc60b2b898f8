"""Has the vault lock what was collected without authority, and erase what two people decided to erase (design §1.9; S172).

Rules
- A case is asked about once something of its law was learned: within seconds. After a start every such case is asked about once.
- Also where its devices sent more, at most every ten minutes: a device may send for a while what it does not know to be forbidden.
- The worker reads of orders when something was learned, and nothing else. The vault looks for itself.
"""

import time
from collections import Counter
from functools import partial
from typing import Final

from offmon.core.ids import Id, Ms
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.vault import UNREACHABLE, VaultClient
from offmon.server.intake.quarantine.queries import to_erase
from offmon.server.intake.queries import journals
from offmon.server.orders.queries import cases_learned_of
from offmon.server.processes.worker.job import Each

GROWN_EVERY_S: Final = 600.0


class Locking:
    """Asks the vault for each case of which something was learned, or came, since it was asked last."""

    def __init__(self, vault: VaultClient, actor: Actor) -> None:
        self._vault = vault
        self._actor = actor
        self._each = Each("lock what had no authority")
        self._asked: dict[Id, tuple[Ms, int, float]] = {}

    def __call__(self) -> bool:
        """Ask about every case that is due. Raises Refused where the vault does not answer: then the rest are not tried in this turn."""
        with scope(self._actor):
            learned = cases_learned_of(clock.now())
        sizes = Counter[Id]()
        for journal in journals(actor=self._actor) if learned else ():
            sizes[journal.case] += journal.size
        due = {case: partial(self._lock, case, at, sizes[case]) for case, at in learned.items()}
        return self._each.turn(
            {case: do for case, do in due.items() if self._is_due(case, *do.args[1:])}, ends=UNREACHABLE
        )

    def _is_due(self, case: Id, at: Ms, size: int) -> bool:
        before = self._asked.get(case)
        if before is None or before[0] != at:
            return True
        return before[1] != size and time.monotonic() >= before[2] + GROWN_EVERY_S

    def _lock(self, case: Id, at: Ms, size: int) -> bool:
        self._vault.lock(case)
        self._asked[case] = (at, size, time.monotonic())
        return True


def erase(each: Each, vault: VaultClient, actor: Actor) -> bool:
    """Pass the ids of what two people decided to erase to the vault. Raises Refused where it does not answer."""
    with scope(actor):
        waiting = to_erase()
    return each.turn({row: partial(_erase, vault, row) for row in waiting}, ends=UNREACHABLE)


def _erase(vault: VaultClient, decision: Id) -> bool:
    vault.erase(decision)
    return True
