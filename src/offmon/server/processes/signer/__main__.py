"""python -m offmon.server.processes.signer: answers on its socket until SIGTERM. Its environment: `base/settings/signer.py`."""

import os
import signal
import sys
from importlib import import_module

import django

from offmon.core.errors import OffmonError


def main() -> int:
    """Run; returns the exit status (0 stopped, 1 refused)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offmon.server.base.settings.signer")
    try:
        django.setup()
        # Models exist once Django is set up, and not before.
        server = import_module("offmon.server.processes.signer.service").listen()
    except OffmonError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: server.close())
    server.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
