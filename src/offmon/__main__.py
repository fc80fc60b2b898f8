"""`offmon COMMAND …`: one command for everyone, and each part imported only when it is asked for."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

COMMANDS: Final = {
    "verify": "offmon.verify.app",
    "assure": "offmon.assure.app",
    "told": "offmon.assure.activity_record",
}


def main() -> int:
    """Run the command that the first argument names. Returns the exit status; 2 where there is no such command, or it cannot run."""
    name, rest = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if name not in COMMANDS:
        sys.stderr.write(f"usage: offmon {{{','.join(COMMANDS)}}} …\n")
        return 2
    try:
        command: Callable[[list[str]], int] = import_module(COMMANDS[name]).main
    except ZoneInfoNotFoundError as error:  # else 1, as if what was asked about had not held
        sys.stderr.write(
            f"This cannot run here ({error}). It needs a database of time zones: the system's, tzdata, or its own file.\n"
        )
        return 2
    return command(rest)


if __name__ == "__main__":
    sys.exit(main())
