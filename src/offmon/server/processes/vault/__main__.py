"""The vault. Its environment: `base/settings/vault.py`.

python -m offmon.server.processes.vault   answer on its socket until SIGTERM
"""

import os
import signal
import sys
from importlib import import_module

import django

from offmon.core.errors import OffmonError


def main(arguments: list[str]) -> int:
    """Run it; returns the exit status (0 done, 1 refused, 2 not understood)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offmon.server.base.settings.vault")
    try:
        # Models exist once Django is set up, and not before: hence the imports by name.
        match arguments:
            case []:
                django.setup()
                _serve()
            case _:
                sys.stderr.write(__doc__ or "")
                return 2
    except OffmonError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _serve() -> None:
    server = import_module("offmon.server.processes.vault.service").listen()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: server.close())
    server.serve()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
