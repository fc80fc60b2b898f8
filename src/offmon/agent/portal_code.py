"""Gets the person a sign-in code for their own page on another device (docs/adr/0009).

Rules
- Name and code are drawn here. They stay in this process's memory until the page that shows them closes, in no file, log or request. The
  device sends one signed digest over both.
- A thread of its own asks, once. The thread that shows pages checks for an answer and never waits. After half a minute it says "not now". A
  code accepted later is never shown, and ends nothing (`server/rights`: portal access counts once used).
- It is no fact of monitoring: no leaf, no note, and independent of findings. So it does not use the thread that sends them (`delivery`). On
  a slow line a waiting code would reveal that something is on its way. It does not set the clock either.
"""

import secrets
import threading
import time
from enum import StrEnum
from typing import Final

from offmon.agent import clock, log
from offmon.agent.transport import Client, named, open_time, refusal
from offmon.agent.trust_state import Belief
from offmon.core.access import portal_access
from offmon.core.access.portal_access import DrawnWayIn, WayIn
from offmon.core.errors import OffmonError
from offmon.core.formats import dsse
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.problem import Problem
from offmon.core.formats.protocol import WAY_IN_PATH
from offmon.core.ids import Id, Ms

GIVE_UP_S: Final = 30.0


class PortalCodeOutcome(StrEnum):
    """What became of it."""

    KEPT = "kept"
    """The agency keeps it: the code can be used."""
    TOO_MANY = "too-many"
    """This device had as many today as it gets."""
    NOT_NOW = "not-now"
    """There was no answer, or another one than these."""


class Asking:
    """One code on its way: drawn, sent by one thread, shown by another."""

    def __init__(self, device: Id, key: SigningKey, at: Ms) -> None:
        """Draw it. `at` is the corrected time."""
        self.way_in: Final[WayIn] = portal_access.draw(secrets.choice)
        self.body: Final = dsse.sign(DrawnWayIn(device, at, portal_access.proof_of(self.way_in)), key)
        self._until = time.monotonic() + GIVE_UP_S
        self._outcome: PortalCodeOutcome | None = None

    @property
    def outcome(self) -> PortalCodeOutcome | None:
        """What became of it; None while that is open."""
        if self._outcome is None and time.monotonic() >= self._until:
            self._outcome = PortalCodeOutcome.NOT_NOW
        return self._outcome

    def answered(self, outcome: PortalCodeOutcome) -> None:
        """Say what became of it. Too late, it says nothing any more."""
        if self.outcome is None:
            self._outcome = outcome


def ask(asking: Asking, client: Client, belief: Belief) -> None:
    """Ask the agency for it, and say what became of it, on a thread of its own."""
    threading.Thread(target=lambda: asking.answered(_asked(asking, client, belief)), name="way-in", daemon=True).start()


def _asked(asking: Asking, client: Client, belief: Belief) -> PortalCodeOutcome:
    try:
        answer = client.send("POST", WAY_IN_PATH, asking.body, belief.time.correct(clock.now()))
        if answer.ok:
            open_time(belief.trust.ring, answer.body, answer.nonce)
            return PortalCodeOutcome.KEPT
    except OffmonError as error:
        log.warn("way-in", error.code)
        return PortalCodeOutcome.NOT_NOW
    said = refusal(answer)
    log.warn("way-in", named(said, answer))
    return PortalCodeOutcome.TOO_MANY if said.problem is Problem.TOO_MANY else PortalCodeOutcome.NOT_NOW
