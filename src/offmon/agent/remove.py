"""Removes the agent from this device: its last message, then every file (R-SEC-21, R-RGT-20).

Rules
- Anyone who may use the account can always remove it: without a display, without the agency, with a damaged store.
- Before that it declares the time since it was last known to run, and notes that it was withdrawn. It tries once to deliver that and the
  queue. Of that note the agency makes a task for the case's officer (`core/person/stopped.py`). It accuses nobody.
- Without a server it says nothing to anybody. So a person with an end certificate removes it when the agency is gone.
- Then every file is overwritten and removed, the device's keys included. Undelivered leaves are gone, and nobody can sign for this device
  again.
"""

import os
import time
from typing import Final

from offmon.agent import clock, enrol, keys, log, progress
from offmon.agent.clock import Timekeeper
from offmon.agent.delivery import Delivery
from offmon.agent.gap_counters import Loss
from offmon.agent.home import AgentHome
from offmon.agent.journal_reach import JournalReach
from offmon.agent.outbox import Outbox
from offmon.agent.transport import Client
from offmon.agent.trust_state import Belief
from offmon.core.errors import OffmonError
from offmon.core.formats.event import HEARTBEAT_MS, GapReason, NoteKind

ATTEMPT_S: Final = 10.0


def remove(home: AgentHome, server: str | None) -> None:
    """Say the last words to a server, if one is given, then remove the folder.

    Raises Refused where an agent runs in it, or it is not the agent's alone.
    """
    hold = home.lock()
    try:
        try:
            if server is not None:
                _last_words(home, server)
        except OffmonError as error:
            log.warn("last words", error.code)  # they are no condition
        home.erase()
    finally:
        os.close(hold)


def _last_words(home: AgentHome, server: str) -> None:
    enrolled = enrol.load(home)
    own = keys.load_or_draw(home)
    found, raw = progress.load(home), clock.now()
    if found is None:
        return  # it never began: there is nothing to say
    time_now = Timekeeper(found.highest, found.clock_offset_ms).see(raw)
    belief = Belief(home, enrol.identity(enrolled, own), enrolled, time_now)
    belief.restore()
    head = JournalReach(found.epoch, found.size, found.received)
    outbox = Outbox(home.outbox, enrolled.device, raw, head, found.safe_until)
    try:
        alive_at = min(found.alive_at, raw)
        if found.idle is not None and found.idle_since is not None:
            outbox.keep([Loss(found.idle, min(found.idle_since, alive_at), alive_at, None)])
        if belief.held is None or belief.held.profile.grants:  # of a time in which nothing is granted nothing is missed
            outbox.keep([Loss(GapReason.AGENT_DOWN, alive_at, raw, None)])
        outbox.declare_kept()
        outbox.note(NoteKind.WITHDRAWN, raw)
        client, safe_until = Client(server, own.signing), found.safe_until
        delivery = Delivery(client, outbox, belief, own, HEARTBEAT_MS, safe_until=lambda: safe_until)
        until = time.monotonic() + ATTEMPT_S
        while outbox.pending and time.monotonic() < until:
            time.sleep(min(delivery.step(), 100) / 1000)
    finally:
        outbox.close()
