"""Runs a process without face or socket, on its own settings, until SIGTERM or SIGINT. A refusal to start is one sentence."""

import os
import signal
import sys
import threading
from importlib import import_module

import django

from offmon.core.errors import OffmonError


def run_until_stopped(name: str, work: str) -> int:
    """Run `work` of `processes/NAME/service.py`, which takes the event of being asked to stop. The exit status: 0 stopped, 1 refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"offmon.server.base.settings.{name}")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    try:
        django.setup()
        # Models exist once Django is set up, and not before.
        getattr(import_module(f"offmon.server.processes.{name}.service"), work)(stop)
    except OffmonError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
