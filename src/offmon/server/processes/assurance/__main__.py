"""python -m offmon.server.processes.assurance: look until SIGTERM. Its environment: `base/settings/assurance.py`."""

import os
import signal
import sys
import threading
from importlib import import_module

import django

from offmon.core.errors import OffmonError


def main() -> int:
    """Run; returns the exit status (0 stopped, 1 refused)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offmon.server.base.settings.assurance")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    try:
        django.setup()
        # Models exist once Django is set up, and not before.
        import_module("offmon.server.processes.assurance.service").look_until(stop)
    except OffmonError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
