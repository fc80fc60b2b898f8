"""python -m trial.play PART HOME: one part of the trial inside Django, on the role that its environment names.

The trial plays all processes. It never loads Django itself, which would tie it to one process's database role.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import django

from offmon.core.errors import OffmonError
from trial.places import TrialHome

PARTS: Final = ("directory", "seed", "forge")


def main(arguments: list[str]) -> int:
    """Run a part; returns the exit status."""
    match arguments:
        case [part, home] if part in PARTS:
            try:
                django.setup()
                import_module(f"trial.{part}").main(TrialHome(Path(home)))
            except OffmonError as error:
                sys.stderr.write(f"{error}\n")
                return 1
            return 0
    sys.stderr.write(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
