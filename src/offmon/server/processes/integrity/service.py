"""The integrity process, wired: each agency's rows, a turn at a time, until it is asked to stop.

Rules
- A turn that fails is done again: what it remembers, and what it says in the log, are kept together or not at all.
- It repairs nothing. When it does not run, or cannot read, the public page says so after five minutes (control `rows-agree`).
"""

import logging
import threading
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.utils import Error

from offmon.core.clock import SECOND_MS
from offmon.core.errors import OffmonError
from offmon.core.ids import Id
from offmon.server.agencies.queries import agencies
from offmon.server.base import clock
from offmon.server.base.actor import Service, service
from offmon.server.base.policies import Process
from offmon.server.oversight.actions import do_note_walk
from offmon.server.oversight.integrity.memory import Memory
from offmon.server.oversight.integrity.walk import TURN_MS, Walk
from offmon.server.processes.integrity.turn import turn
from offmon.server.processes.roles import assert_ordinary

_log = logging.getLogger("offmon.integrity")


def look_until(stop: threading.Event) -> None:
    """Look at every agency's rows, until asked to stop. Raises Refused where the role is not the one."""
    connection.ensure_connection()
    assert_ordinary(connection.connection, Process.INTEGRITY)
    memory, walks = Memory(Path(settings.OFFMON_INTEGRITY_MEMORY)), dict[Id, Walk]()
    _log.info("looking at rows")
    while not stop.is_set():
        has_more = _turns(memory, walks)
        connection.close_if_unusable_or_obsolete()
        stop.wait(0 if has_more else TURN_MS / SECOND_MS)
    connection.close()
    memory.close()


def _turns(memory: Memory, walks: dict[Id, Walk]) -> bool:
    """A turn of each agency. Whether one of them has more to do at once."""
    has_more = False
    try:
        for agency in agencies():
            walk = walks.setdefault(agency.id, Walk(memory, agency.id))
            has_more |= turn(walk, clock.now())
            whole_at = memory.progress(agency.id).whole_at
            do_note_walk(whole_at, actor=service(Service.INTEGRITY, agency.id))
    except (Error, OffmonError) as error:
        _log.warning("rows are not looked at: %s; tried again", type(error).__name__)
        return False
    return has_more
