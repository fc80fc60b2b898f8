"""Notes each minute that ingest runs and has its database, so that our own downtime is known (`intake/devices/served.py`)."""

import logging
import threading

from django.db import Error, connection

from offmon.core.clock import SECOND_MS
from offmon.server.base import clock
from offmon.server.intake.devices.served import EVERY_MS, do_note_served

_log = logging.getLogger("offmon.ingest")


def begin() -> threading.Thread:
    """Note it from now on, beside what this process serves."""
    thread = threading.Thread(target=note_until, args=(threading.Event(),), name="running", daemon=True)
    thread.start()
    return thread


def note_until(stop: threading.Event) -> None:
    """Note it each minute until asked to stop. A note that fails is our downtime; the next one begins anew."""
    while not stop.is_set():
        try:
            do_note_served(clock.now())
        except Error as error:
            _log.warning("that ingest runs is not noted: %s", type(error).__name__)
            connection.close()
        stop.wait(EVERY_MS / SECOND_MS)
