"""What the agent says to whoever started it: a line each. The standard library's `logging` would take a megabyte to say it."""

import sys
from contextlib import suppress


def warn(about: str, code: str) -> None:
    """Say that something did not work, by the code of an error."""
    with suppress(OSError, ValueError):  # nobody listens any more
        sys.stderr.write(f"offmon agent: {about}: {code}\n")
        sys.stderr.flush()
