"""Compares what guards the tables with what our migrations make: policies, flags, rights, triggers, functions' text and constraints.

Rules
- The server's own switches that enable these guards count too.
- `guards.txt` is drawn from a database made by this code's migrations. A test draws it again, and a difference fails the build until
  somebody reads it. It travels with the code, in no database: whoever can alter a policy could alter a fingerprint there too (ADR 11).
- Every guard counts, and so does an extra one: a second policy is OR-ed to the first, and an extra right is a hole.
- A control of `GUARDED` fails if one of its own guards differs, and only that control does. The log names the guard.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.db import connection

from offmon.core.public.assurance import Control
from offmon.server.oversight.questions import question

GUARDED: Final = frozenset(
    {
        Control.ROW_SECURITY,
        Control.BACKSTOP,
        Control.INSERT_ONLY,
        Control.TWO_PEOPLE,
        Control.FOUR_ANSWERS,
        Control.LEASES,
        Control.CONSENTED,
        Control.DECIDED_BY_PEOPLE,
        Control.NOTICE_FIRST,
        Control.LISTS,
        Control.NO_HOLES,
        Control.SECOND_FACTOR,
        Control.CONTACT_PAGE,
        Control.DIRECTORY,
        *(control for control in Control if control.startswith("paper-")),
    }
)
"""The controls that rest on a guard of the database."""


def drawn(told: Mapping[str, Any]) -> list[str]:
    """Each guard of the connection's database as a line, its control first; sorted. `told`: as every question is told."""
    with connection.cursor() as cursor:
        cursor.execute(question("guards"), told)
        return sorted(f"{control}: {guard}" for control, guard in cursor.fetchall())


@cache
def expected() -> tuple[str, ...]:
    """The same, as this code's own migrations leave it."""
    return tuple(files(__package__).joinpath("guards.txt").read_text("utf-8").splitlines())


def different(control: Control, there: Sequence[str]) -> list[str]:
    """The guards of the control that are `there` and not expected (`+`), or expected and not there (`-`). `there`: as `drawn`."""
    found, due = Counter(_of(control, there)), Counter(_of(control, expected()))
    return [f"+ {line}" for line in (found - due)] + [f"- {line}" for line in (due - found)]


def _of(control: Control, lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.startswith(f"{control}: ")]
