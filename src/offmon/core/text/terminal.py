"""Writes a command's answer to a terminal safely, whoever wrote the words.

Rules
- An unprintable character is written as its number: a control, an escape, a direction mark, half of a surrogate pair. So no
  stranger's name moves the cursor, clears a line, or makes a "no" look like a "yes".
- A character that the terminal's encoding lacks is written as its number too. So a command always gives its answer.
- If the answer cannot be written (nobody reads, the disk is full), the command ends as one that gave none.
"""

import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO


def printable(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would act on."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def tolerate(*streams: TextIO) -> None:
    """Have streams write what their encoding lacks by number, and not end in an error."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def print_safely(answer: str) -> bool:
    """Write a command's whole answer to where it goes; whether it got there. Where not, a sentence goes to where errors go."""
    out: TextIO | None = sys.stdout  # None where whoever started the command closed it
    why: str | None = "there is nowhere to write it"
    if out is not None:
        try:
            out.write(answer)
            out.flush()
        except OSError as error:
            why = error.strerror
            with suppress(OSError):
                out.close()  # else the interpreter tries once more as it ends, and fails in its own words
        else:
            return True
    with suppress(OSError, AttributeError):
        sys.stderr.write(f"The answer could not be given: {why}.\n")
    return False
